import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Device } from "../../src/model/device.ts";
import { NO_SLOT, createWaits } from "../../src/generator/backing-off.ts";
import { createClock } from "../../src/generator/clock.ts";
import { provisionDevice } from "../../src/generator/flow.ts";
import { createRetrying } from "../../src/generator/retrying.ts";
import { type FailureKind, type Outcome, RETRIED_KINDS, type Stage } from "../../src/model/outcome.ts";
import type { Timeouts } from "../../src/model/plan.ts";
import { type Mark, type Provisioner, type Reply, type Sink, WireError } from "../../src/model/ports.ts";
import { sealSecrets, Secret } from "../../src/model/secret.ts";
import { monotonic } from "../../src/processes/monotonic.ts";
import { seq, us, usFromMs } from "../../src/model/units.ts";
import { MAX_ANSWER_BYTES } from "../../src/wires/answer-limit.ts";
import { type ScriptedServer, unusedPort } from "./scripted-server.ts";

/** What a server can do to a device that wants to be provisioned. */
export const SCENES = [
  "answers",
  "says nothing",
  "closes before it accepts",
  "resets before it accepts",
  "refuses the session",
  "sends garbage instead of accepting",
  "closes before the answer",
  "resets before the answer",
  "acknowledges, then closes",
  "acknowledges and never answers",
  "refuses the request",
  "has an error of its own",
  "never answers",
  "answers twice",
  "answers somebody else",
  "sends garbage instead of the answer",
  "sends half an answer",
  "answers in one chunk",
  "answers byte by byte",
] as const;
export type Scene = (typeof SCENES)[number];

/** One transport, with servers that play the scenes on it. */
export interface ProvisionerHarness {
  readonly name: string;
  /** `answer`: the body with which a scene that answers does so. */
  start(scene: Scene, answer: string): Promise<ScriptedServer>;
  /** Scenes that do not exist on this transport. */
  readonly absent: readonly Scene[];
  create(port: number, timeouts: Timeouts, from?: readonly string[]): Provisioner;
  /** Where this transport fails in a way of its own. */
  readonly kinds: Partial<Record<Scene, FailureKind>>;
  /** The last request that the server read, where it is JSON. */
  readonly lastRequest: (() => unknown) | undefined;
  /** Whether an answer that says no can say why. */
  readonly messages: boolean;
  readonly stages: readonly Stage[];
  /** In bytes; Infinity: nothing but rollcall bounds it. */
  readonly largestAnswer: number;
}

type Deadline = keyof Timeouts;
/** What is due in each scene. */
const DUE: Readonly<Record<Scene, FailureKind | "SUCCESS">> = {
  answers: "SUCCESS",
  "says nothing": "accept-timeout",
  "closes before it accepts": "closed-before-accept",
  "resets before it accepts": "connection-reset",
  "refuses the session": "session-refused",
  "sends garbage instead of accepting": "protocol-error",
  "closes before the answer": "closed-before-answer",
  "resets before the answer": "connection-reset",
  "acknowledges, then closes": "acknowledged-not-answered",
  "acknowledges and never answers": "answer-timeout",
  "refuses the request": "request-refused",
  "has an error of its own": "server-error",
  "never answers": "answer-timeout",
  "answers twice": "SUCCESS",
  "answers somebody else": "answer-timeout",
  "sends garbage instead of the answer": "protocol-error",
  "sends half an answer": "answer-timeout",
  "answers in one chunk": "SUCCESS",
  "answers byte by byte": "SUCCESS",
};

const TOKEN = "issued-token";
const SUCCESS = JSON.stringify({ credentialsValue: TOKEN, credentialsType: "ACCESS_TOKEN", status: "SUCCESS" });

export const DEVICE: Device = {
  seq: seq(7),
  name: "pump-7",
  credentials: undefined,
  gateway: false,
  misbehaviour: undefined,
};

/** Far enough away that no scene meets them, except the one that decides it. */
export function timeoutsWith(deadline: Deadline | undefined): Timeouts {
  const far = usFromMs(20_000);
  const near = deadline === undefined ? {} : { [deadline]: usFromMs(60) };
  return { connect: far, accept: far, answer: far, login: far, ...near };
}

/** The suite that every transport's provisioner passes. */
export function describeProvisioner(harness: ProvisionerHarness): void {
  describe(`provisioning over ${harness.name}`, () => {
    const scenes = SCENES.filter((scene) => !harness.absent.includes(scene));

    it.each(scenes)("when the server %s", async (scene) => {
      await using server = await harness.start(scene, SUCCESS);
      const kind = harness.kinds[scene] ?? DUE[scene];
      const { reply, stages } = await provision(harness, server, { deadline: deadlineOf(kind) });
      expect(toPlain(reply)).toEqual(
        kind === "SUCCESS"
          ? { status: "SUCCESS", credentials: { type: "ACCESS_TOKEN", token: { $secret: TOKEN } } }
          : kind,
      );
      expect(stages.includes("answered")).toBe(kind === "SUCCESS");
    });

    it("marks each stage once and in order, and says to what address it is connected", async () => {
      await using server = await harness.start("answers", SUCCESS);
      const { stages, peers } = await provision(harness, server, {});
      expect(stages).toEqual(harness.stages);
      expect(peers).toEqual(["127.0.0.1"]);
    });

    it("says which of several local addresses each connection comes from, in turn, before any stage", async () => {
      await using server = await harness.start("answers", SUCCESS);
      expect(await toldBy(harness, server.port, ["127.0.0.2", "127.0.0.3"])).toEqual([
        ["leaving 127.0.0.2", ...harness.stages],
        ["leaving 127.0.0.3", ...harness.stages],
      ]);
      expect(await toldBy(harness, server.port, undefined)).toEqual([harness.stages, harness.stages]);
      await server.idle();
    });

    it("says which local address could not be connected from", async () => {
      const failed = await toldBy(harness, await unusedPort(), ["127.0.0.2", "127.0.0.3"]);
      expect(failed.map(([first]) => first)).toEqual(["leaving 127.0.0.2", "leaving 127.0.0.3"]);
    });

    it("when nobody listens", async () => {
      const provisioner = harness.create(await unusedPort(), timeoutsWith(undefined));
      const result = provisioner.provision(DEVICE, () => undefined, new AbortController().signal);
      await expect(result).rejects.toMatchObject({ kind: "connection-refused" });
      await provisioner.close();
    });

    it.each(["NOT_FOUND", "FAILURE"] as const)("when the answer is %s", async (status) => {
      await using server = await harness.start("answers", JSON.stringify({ errorMsg: "why", status }));
      const { reply, stages } = await provision(harness, server, {});
      expect(reply).toEqual({ status, message: harness.messages ? "why" : "" });
      expect(stages).toContain("answered");
    });

    it.each([
      ["no JSON", "not json"],
      ["not an object", "[]"],
      ["nothing", ""],
      ["an unknown status", `{"status":"MAYBE"}`],
      ["an unknown type", `{"status":"SUCCESS","credentialsType":"PALM","credentialsValue":"x"}`],
      ["no value", `{"status":"SUCCESS","credentialsType":"ACCESS_TOKEN"}`],
    ])("when the answer is %s", async (_, answer) => {
      await using server = await harness.start("answers", answer);
      const { reply, stages } = await provision(harness, server, {});
      expect(reply).toMatchObject({ kind: "unreadable-answer" });
      expect(stages).toContain("answered");
    });

    it.each([
      ["ACCESS_TOKEN", `"\\ud800tok"`],
      ["MQTT_BASIC", `{"userName":"u","password":"\\udc00"}`],
    ])("when the answer issues %s with half a character", async (type, value) => {
      const answer = `{"status":"SUCCESS","credentialsType":"${type}","credentialsValue":${value}}`;
      await using server = await harness.start("answers", answer);
      const { reply } = await provision(harness, server, {});
      // A string of protobuf has none: it comes as U+FFFD, which can be sent. MQTT_BASIC is JSON within it.
      const whole = harness.lastRequest === undefined && type === "ACCESS_TOKEN";
      const half = "credentials with half a character (a lone surrogate)";
      expect(reply).toMatchObject(whole ? { status: "SUCCESS" } : { kind: "unreadable-answer", detail: half });
    });

    it.runIf(harness.messages)("keeps of what the server says its beginning, its length and a digest", async () => {
      const length = Math.min(1_048_576, harness.largestAnswer - 100);
      const said = "E".repeat(length);
      await using server = await harness.start("answers", JSON.stringify({ errorMsg: said, status: "FAILURE" }));
      const { reply } = await provision(harness, server, {});
      const digest = createHash("sha256").update(said).digest("hex").slice(0, 12);
      const kept = `${"E".repeat(500)}… (${length} characters, SHA-256 ${digest})`;
      expect(reply).toEqual({ status: "FAILURE", message: kept });
    });

    it("does not take credentials that no device can send", async () => {
      const token = "t".repeat(Math.min(65_536, harness.largestAnswer - 100));
      const answer = { status: "SUCCESS", credentialsType: "ACCESS_TOKEN", credentialsValue: token };
      await using server = await harness.start("answers", JSON.stringify(answer));
      const { reply } = await provision(harness, server, {});
      expect(reply).toMatchObject(token.length > 65_535 ? { kind: "unreadable-answer" } : { status: "SUCCESS" });
    });

    it.runIf(harness.largestAnswer > MAX_ANSWER_BYTES)("stops reading an answer that is too long", async () => {
      const issued = { credentialsType: "ACCESS_TOKEN", credentialsValue: "x".repeat(8 * MAX_ANSWER_BYTES) };
      await using server = await harness.start("answers", JSON.stringify({ status: "SUCCESS", ...issued }));
      const { reply, stages } = await provision(harness, server, {});
      expect(reply).toMatchObject({ kind: "protocol-error", detail: expect.stringContaining("bytes are not read") });
      expect(stages).not.toContain("answered");
    });

    it.each(["says nothing", "never answers"] as const)("aborted while the server %s", async (scene) => {
      await using server = await harness.start(scene, SUCCESS);
      const stop = new AbortController();
      const reached = scene === "says nothing" ? "connected" : "sent";
      const { reply, stages } = await provision(harness, server, {
        stop,
        onStage: (stage) => {
          if (stage === reached) stop.abort();
        },
      });
      expect(reply).toMatchObject({ kind: "aborted" });
      expect(stages).not.toContain("answered");
    });

    it("aborted before it began, it opens no connection", async () => {
      await using server = await harness.start("answers", SUCCESS);
      const stop = new AbortController();
      stop.abort();
      const { reply } = await provision(harness, server, { stop });
      expect(reply).toMatchObject({ kind: "aborted" });
      expect(server.connections).toBe(0);
    });

    it("takes the credentials of the answer, whatever was asked for", async () => {
      const answers = [
        [{ credentialsType: "ACCESS_TOKEN", credentialsValue: "t" }, { type: "ACCESS_TOKEN" }],
        [
          { credentialsType: "MQTT_BASIC", credentialsValue: { clientId: "c", userName: "u", password: "p" } },
          { type: "MQTT_BASIC", clientId: "c", username: "u" },
        ],
        [
          { credentialsType: "MQTT_BASIC", credentialsValue: { clientId: "", userName: "u", password: null } },
          { type: "MQTT_BASIC", clientId: undefined, username: "u", password: undefined },
        ],
        [
          { credentialsType: "X509_CERTIFICATE", credentialsValue: "MIIB" },
          { type: "X509_CERTIFICATE", certificate: "MIIB", privateKey: undefined },
        ],
        [{ credentialsType: "LWM2M_CREDENTIALS" }, { type: "LWM2M_CREDENTIALS" }],
      ] as const;
      for (const [answer, credentials] of answers) {
        await using server = await harness.start("answers", JSON.stringify({ ...answer, status: "SUCCESS" }));
        const { reply } = await provision(harness, server, {});
        expect(reply).toMatchObject({ status: "SUCCESS", credentials });
      }
    });

    const failing = scenes.filter((scene) => (harness.kinds[scene] ?? DUE[scene]) !== "SUCCESS");
    it.each(failing)("a device that tries again when the server %s", async (scene) => {
      const kind = harness.kinds[scene] ?? DUE[scene];
      if (kind === "SUCCESS") throw new Error("there is nothing to try again");
      await using server = await harness.start(scene, SUCCESS);
      const outcomes = await tryThrice(harness.create(server.port, timeoutsWith(deadlineOf(kind))));
      await server.idle();
      const tries = RETRIED_KINDS.includes(kind) ? 3 : 1;
      expect(outcomes.map(({ result }) => result)).toEqual(
        Array.from({ length: tries }, () => expect.objectContaining({ state: "failed", kind }) as unknown),
      );
      // Each by itself: what one left behind is not taken for the next one's.
      for (const [index, { marks, attempt }] of outcomes.entries()) {
        const began = attempt?.started ?? 0;
        expect(Object.values(marks).filter((at) => at < began)).toEqual([]);
        const left = outcomes.slice(0, index + 1).flatMap((each, place) => (isUntold(each) ? [place + 1] : []));
        expect(attempt?.unanswered ?? left).toEqual(left);
      }
    });

    const { lastRequest } = harness;
    if (lastRequest === undefined) return;

    it.each<[string, Partial<Device>, object]>([
      ["no credentials", {}, {}],
      ["no name", { name: undefined }, { deviceName: undefined }],
      ["a blank name", { name: "" }, { deviceName: "" }],
      ["a gateway", { gateway: true }, { gateway: true }],
      [
        "a token",
        { credentials: { type: "ACCESS_TOKEN", token: new Secret("t") } },
        { credentialsType: "ACCESS_TOKEN", token: "t" },
      ],
      [
        "clientId, username and password",
        { credentials: { type: "MQTT_BASIC", clientId: "c", username: "u", password: new Secret("p") } },
        { credentialsType: "MQTT_BASIC", clientId: "c", username: "u", password: "p" },
      ],
      [
        "a username alone",
        { credentials: { type: "MQTT_BASIC", clientId: undefined, username: "u", password: undefined } },
        { credentialsType: "MQTT_BASIC", username: "u" },
      ],
      [
        "a certificate",
        { credentials: { type: "X509_CERTIFICATE", certificate: "MIIB", privateKey: new Secret("k") } },
        { credentialsType: "X509_CERTIFICATE", hash: "MIIB" },
      ],
    ])("asks with %s", async (_, part, fields) => {
      await using server = await harness.start("answers", SUCCESS);
      await provision(harness, server, { device: { ...DEVICE, ...part } });
      const common = { deviceName: "pump-7", provisionDeviceKey: "key", provisionDeviceSecret: "secret" };
      expect(withoutAbsent(lastRequest())).toEqual(withoutAbsent({ ...common, ...fields }));
    });
  });
}

interface Options {
  readonly deadline?: Deadline | undefined;
  readonly device?: Device;
  readonly stop?: AbortController;
  readonly onStage?: (stage: Stage) => void;
}

/** Provisions once; afterwards no connection may be left and no stage may follow. */
async function provision(harness: ProvisionerHarness, server: ScriptedServer, options: Options) {
  const provisioner = harness.create(server.port, timeoutsWith(options.deadline));
  const { device = DEVICE, stop = new AbortController() } = options;
  const stages: Stage[] = [];
  const peers: string[] = [];
  const mark: Mark = (stage, peer) => {
    if (stage === "leaving") return;
    stages.push(stage);
    if (peer !== undefined) peers.push(peer);
    options.onStage?.(stage);
  };
  const reply = await provisioner.provision(device, mark, stop.signal).catch((error: unknown) => error as WireError);
  const seen = [...stages];
  await provisioner.close();
  await server.idle();
  await setImmediate();
  expect(stages).toEqual(seen);
  stop.abort();
  return { reply, stages, peers };
}

/** What two devices at once mark, with addresses of this machine. */
async function toldBy(harness: ProvisionerHarness, port: number, from: readonly string[] | undefined) {
  const provisioner = harness.create(port, timeoutsWith(undefined), from);
  const told = await Promise.all(
    [1, 2].map(async () => {
      const marks: string[] = [];
      await provisioner
        .provision(
          DEVICE,
          (stage, address) => marks.push(stage === "leaving" ? `leaving ${address}` : stage),
          new AbortController().signal,
        )
        .catch((error: unknown) => error);
      return marks;
    }),
  );
  await provisioner.close();
  return told;
}

/** A device of a fleet with three attempts and no wait worth the name: each of its attempts, the last one with its outcome. */
async function tryThrice(provisioner: Provisioner): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const clock = createClock(monotonic(), monotonic);
  const never = new AbortController().signal;
  const retry = { attempts: 3, backoff: { initial: us(1), factor: 1, max: us(1) }, jitter: 0, sameName: true };
  const retrying = createRetrying(
    retry,
    1,
    createWaits(clock, () => undefined, never),
  );
  const sink: Sink = {
    add(entry) {
      if (entry.kind === "outcome" || entry.kind === "attempt") outcomes.push(entry.outcome);
    },
    failed: new Promise(() => undefined),
    close: () => Promise.resolve(),
  };
  const flow = { clock, fleet: { device: () => DEVICE }, provisioner, sink, retrying };
  await provisionDevice(flow, { seq: DEVICE.seq, phase: 0, intended: undefined }, () => undefined, never, NO_SLOT);
  await provisioner.close();
  return outcomes;
}

/** Its own request left, and no answer came that tells; a refusal that made nothing is none of it. */
const isUntold = ({ marks, attempt }: Outcome): boolean =>
  marks.sent !== undefined && attempt?.unanswered.includes(attempt.number) === true;

function deadlineOf(kind: FailureKind | "SUCCESS"): Deadline | undefined {
  return (["connect", "accept", "answer"] as const).find((each) => kind === `${each}-timeout`);
}

/** The kind of a failure; a reply with its secrets in clear. */
function toPlain(reply: Reply | WireError): unknown {
  if (reply instanceof WireError) return reply.kind;
  return sealSecrets(reply);
}

const withoutAbsent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
