import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { EXIT, type ExitCode } from "../../src/model/error.ts";
import type { FailureKind } from "../../src/model/outcome.ts";
import type { FaultKind } from "../../src/simulator/core/faults.ts";
import { codeUnlessUnfit, onlyRun, readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

const DEVICES = 20;
const ALL = DEVICES;
/** Nobody was told; of these, so many may exist for all that a client knows, and so many do. */
const lost = (unknown: number, ghosts: number) => ({ provisioned: 0, failed: ALL, connected: 0, unknown, ghosts });
const PRESENT = { provisioned: ALL, failed: 0, connected: ALL, unknown: 0, ghosts: 0 };

/**
 * Of a server that treats everybody in one way: kind of failure, ledger, devices that may exist, devices that do (as its
 * administrator sees it), exit code. Every kind of fault that the simulator has at accept, request or login is here.
 */
const MATRIX: Readonly<Record<DeviceFault, Row>> = {
  "slow-accept": { ms: 300, kinds: [], ...PRESENT, code: EXIT.pass },
  "half-open": { kinds: ["accept-timeout"], ...lost(0, 0), code: EXIT.rollCall },
  drop: { kinds: ["answer-timeout"], ...lost(ALL, 0), code: EXIT.rollCall },
  delay: { ms: 300, kinds: [], ...PRESENT, code: EXIT.pass },
  duplicate: { kinds: [], ...PRESENT, code: EXIT.pass },
  reset: { kinds: ["connection-reset"], ...lost(ALL, 0), code: EXIT.rollCall },
  close: { kinds: ["closed-before-answer"], ...lost(ALL, 0), code: EXIT.rollCall },
  garbage: { kinds: ["protocol-error"], ...lost(ALL, 0), code: EXIT.rollCall },
  ghost: { ms: 50, kinds: ["acknowledged-not-answered"], ...lost(ALL, ALL), code: EXIT.rollCall },
  // An answer, and a no: the server's administrator alone can tell that it is not true.
  "false-failure": { kinds: [], ...lost(0, ALL), failed: 0, rejected: ALL, code: EXIT.rollCall },
  // Nobody waits any more when it is created: the server is looked at when it has nothing left to do.
  late: { ms: 2_500, kinds: ["answer-timeout"], ...lost(ALL, ALL), code: EXIT.rollCall },
  "queue-full": { kinds: ["acknowledged-not-answered"], ...lost(ALL, 0), code: EXIT.rollCall },
  "acknowledge-only": { kinds: ["answer-timeout"], ...lost(ALL, ALL), code: EXIT.rollCall },
  "other-topic": { kinds: ["answer-timeout"], ...lost(ALL, ALL), code: EXIT.rollCall },
  fragment: { kinds: [], ...PRESENT, code: EXIT.pass },
  // They log in, as another device: only the administrator can tell.
  "other-credentials": { kinds: [], ...PRESENT, code: EXIT.rollCall },
  "same-credentials": { kinds: [], ...PRESENT, code: EXIT.rollCall },
  "admits-anyone": { kinds: [], ...PRESENT, code: EXIT.rollCall },
  "refuses-good": { kinds: [], ...PRESENT, connected: 0, code: EXIT.rollCall },
};

/**
 * Where the transport makes another thing of it. HTTP has neither a session to accept nor an acknowledgement, and CoAP no
 * connection: who hears nothing has asked, and may exist; of an error of the server both tell.
 */
const HTTP: Differences = {
  "half-open": { kinds: ["answer-timeout"], unknown: ALL },
  ghost: { kinds: ["server-error"] },
  "queue-full": { kinds: ["server-error"] },
};
const COAP: Differences = { ...HTTP, close: { kinds: ["answer-timeout"] } };
/** Of MQTT 5 only what differs is run: the rest is one code with MQTT 3.1.1. */
const MQTT_5: Differences = { ghost: { kinds: ["server-error"] }, "queue-full": { kinds: ["server-error"] } };

const TRANSPORTS: readonly (readonly [name: string, target: string, differences: Differences])[] = [
  ["MQTT 3.1.1", "{}", {}],
  ["MQTT 5", "{ mqttVersion: '5' }", MQTT_5],
  ["HTTP", "{ transport: http }", HTTP],
  ["CoAP", "{ transport: coap }", COAP],
];

type Differences = Readonly<Partial<Record<DeviceFault, Partial<Row>>>>;
type DeviceFault = Exclude<FaultKind, "mute" | "unstored" | "too-many-requests" | "expired-token" | "slow-page">;

interface Row {
  readonly ms?: number;
  /** Default: none. */
  readonly rejected?: number;
  readonly kinds: readonly FailureKind[];
  readonly provisioned: number;
  readonly failed: number;
  readonly connected: number;
  readonly unknown: number;
  readonly ghosts: number;
  readonly code: ExitCode;
}

const cases = TRANSPORTS.flatMap(([name, target, differences]) =>
  (Object.keys(differences === MQTT_5 ? MQTT_5 : MATRIX) as DeviceFault[]).map(
    (fault) => [fault, name, target, { ...MATRIX[fault], ...differences[fault] }] as const,
  ),
);

describe("a fault that strikes every device", () => {
  it.concurrent.each(cases)("%s over %s", { timeout: 60_000 }, async (fault, _, target, row) => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const sets = [
      `fleet.count=${DEVICES}`,
      `target=${target}`,
      "fleet.credentials=access-token",
      "thresholds=[]",
      "timeouts={answer: 2s, accept: 2s, login: 2s}",
    ];
    const struck = row.ms === undefined ? fault : `${fault}:1:${row.ms}`;
    const options = ["--fault", struck, "--generators", "1", "--quiet", "--out", `${folder.path}/results`];
    const args = [...sets.flatMap((set) => ["--set", set]), ...options];
    const { code } = await rollcallHere("run", scenario, "--simulate", "--preset", "instant", ...args).finished;
    const summary = await readSummary(await onlyRun(`${folder.path}/results`));
    const { provisioned, failed, connected, unknown, ghosts, rejected = 0 } = row;
    expect(summary.ledger).toMatchObject({ provisioned, failed, connected, rejected, imbalances: [] });
    expect(summary.failures.map(({ kind }) => kind)).toEqual(row.kinds);
    expect({ unknown: summary.unknown.count, ghosts: summary.server?.reconciliation?.ghosts.count }).toEqual({
      unknown,
      ghosts,
    });
    expect(code).toBe(codeUnlessUnfit(summary, row.code));
  });
});

/** What each does with a connection; undefined: nobody listens. */
const STRANGERS: readonly (readonly [what: string, meet: ((socket: Socket) => void) | undefined, kind: FailureKind])[] =
  [
    ["nobody", undefined, "connection-refused"],
    ["one that says nothing", () => undefined, "accept-timeout"],
    ["one that hangs up", (socket) => socket.end(), "closed-before-accept"],
    ["one that resets", (socket) => socket.once("data", () => socket.resetAndDestroy()), "connection-reset"],
    ["a web server", (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"), "protocol-error"],
  ];

describe("a target that is no ThingsBoard", () => {
  it.concurrent.each(STRANGERS)("%s: no device can exist, exit code 4", { timeout: 60_000 }, async (_, meet, kind) => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on("error", () => undefined));
      meet?.(socket);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    if (meet === undefined) server.close();
    const sets = [`fleet.count=${DEVICES}`, "thresholds=[]", "timeouts={accept: 2s}"].flatMap((set) => ["--set", set]);
    const at = ["--host", "127.0.0.1", "--port", String(port), "--generators", "1", "--quiet"];
    const { code } = await rollcallHere("run", scenario, ...sets, ...at, "--out", `${folder.path}/results`).finished;
    const summary = await readSummary(await onlyRun(`${folder.path}/results`));
    for (const socket of sockets) socket.destroy();
    server.close();
    expect(summary.failures.map((each) => each.kind)).toEqual([kind]);
    expect(summary.ledger).toMatchObject({ started: ALL, failed: ALL, provisioned: 0, imbalances: [] });
    expect(summary.unknown.count).toBe(0);
    expect(code).toBe(codeUnlessUnfit(summary, EXIT.rollCall));
  });
});
