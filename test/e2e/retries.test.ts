import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EXIT } from "../../src/model/error.ts";
import type { Outcome } from "../../src/model/outcome.ts";
import { readJournal } from "../../src/record/journal.ts";
import { readRosters } from "../../src/record/roster.ts";
import { openRunFolder } from "../../src/record/run-folder.ts";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { rollcallInProcess, type Said, startInProcess } from "../support/in-process.ts";
import { startRelay } from "../support/relay.ts";
import { onlyRun, readSummary, temporaryFolder, until } from "./rollcall.ts";
import { SECRET, writeScenario } from "./scenario.ts";

let simulator: Simulator;

/** Of the requests, half make their device and are never answered. */
beforeEach(async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  simulator = await startSimulator({
    http: {},
    coap: {},
    profiles: [{ name: "p", key: "e2e-key", secret: SECRET, strategy: "allow-create" }],
    faults: [{ kind: "ghost", rate: 0.5 }],
  });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await simulator.close();
});

const administrator = (): readonly string[] => [
  "--admin-url",
  `http://127.0.0.1:${simulator.httpPort}`,
  "--admin-user",
  "tenant@thingsboard.org",
];

const PORTS = { mqtt: "port", http: "httpPort", coap: "coapPort" } as const;

interface Made {
  readonly said: Said;
  readonly folder: string;
  readonly outcomes: readonly Outcome[];
  readonly attempts: readonly Outcome[];
  /** Names that credentials were issued to. */
  readonly told: ReadonlySet<string | undefined>;
}

async function run(results: string, scenario: string, transport: keyof typeof PORTS, retry: string): Promise<Made> {
  const sets = [
    `target={transport: ${transport}, port: ${simulator[PORTS[transport]]}}`,
    `fleet={count: 40, credentials: access-token, retry: ${retry}}`,
    "timeouts={answer: 1s}",
    "load={burst: true}",
    "thresholds=[]",
  ];
  const said = await rollcallInProcess([
    "run",
    scenario,
    ...sets.flatMap((set) => ["--set", set]),
    "--out",
    results,
    "--quiet",
    "--generators",
    "2",
    ...administrator(),
  ]);
  const folder = await onlyRun(results);
  const outcomes: Outcome[] = [];
  const attempts: Outcome[] = [];
  const told = new Set<string | undefined>();
  const { journals, rosters } = await openRunFolder(folder);
  for (const { path } of journals) {
    for await (const line of readJournal(path)) {
      if (line.kind === "outcome") outcomes.push(line.outcome);
      if (line.kind === "attempt") attempts.push(line.outcome);
    }
  }
  for await (const { name } of readRosters(rosters)) told.add(name);
  return { said, folder, outcomes, attempts, told };
}

const stored = (): readonly string[] => [...simulator.store.devices()].map(({ name }) => name).toSorted();

describe("devices that try again at a server that makes some and never says so", () => {
  it.each(Object.keys(PORTS) as (keyof typeof PORTS)[])(
    "over %s: ghosts met again, to the name, as the server's own store has them",
    async (transport) => {
      await using folder = await temporaryFolder();
      const scenario = await writeScenario(folder.path);
      const made = await run(`${folder.path}/out`, scenario, transport, "{ attempts: 3, backoff: 20ms, jitter: 50% }");
      const { ledger, retries, unknown, server } = await readSummary(made.folder);
      expect(ledger).toMatchObject({ planned: 40, started: 40, imbalances: [] });
      expect(retries?.attempts[0]?.begun).toBe(40);
      expect(retries?.attempts[1]?.begun).toBe(made.attempts.filter(({ attempt }) => attempt?.number === 1).length);

      const met = made.outcomes.filter(({ result, attempt }) => result.state === "rejected" && attempt !== undefined);
      expect(met.length).toBeGreaterThan(0);
      expect(retries?.ghostsMet.names).toEqual(met.toSorted((a, b) => a.seq - b.seq).map(({ name }) => name));
      expect(retries?.ghostsMet.names.filter((name) => !stored().includes(name) || made.told.has(name))).toEqual([]);

      // Whom the server has and nobody was told of: by the report, by reconcile, and by the store.
      const ghosts = stored().filter((name) => !made.told.has(name));
      expect(ghosts.filter((name) => !unknown.names.includes(name))).toEqual([]);
      expect(server?.reconciliation?.ghosts.names.toSorted()).toEqual(ghosts);
      const text = made.said.stdout.replaceAll(/\s+/g, " ");
      expect(text).toContain("ATTEMPTS devices try again after a time-out or a lost connection");
      expect(text).toContain(`Ghosts met again: ${met.length} devices asked again`);
    },
  );

  it("under a name of its own each time: every name that may be there is known, and cleanup leaves none", async () => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const made = await run(`${folder.path}/out`, scenario, "mqtt", "{ attempts: 4, backoff: 10ms, sameName: false }");
    const { ledger, retries, unknown, server, rollCall } = await readSummary(made.folder);
    expect(ledger).toMatchObject({ planned: 40, rejected: 0, imbalances: [] });
    expect(rollCall.connected).toBe(ledger.provisioned);
    expect(retries?.ghostsMet.count).toBe(0);
    expect(retries?.recovered).toBeGreaterThan(0);
    const ghosts = stored().filter((name) => !made.told.has(name));
    expect(ghosts.some((name) => name.endsWith("-try2"))).toBe(true);
    expect(ghosts.filter((name) => !unknown.names.includes(name))).toEqual([]);
    expect(server?.reconciliation?.ghosts.names.toSorted()).toEqual(ghosts);
    expect(server?.reconciliation?.present).toBe(ledger.provisioned);

    const cleaned = await rollcallInProcess(["cleanup", made.folder, "--yes", ...administrator()]);
    expect(cleaned.code).toBe(EXIT.pass);
    expect(stored()).toEqual([]);
  });
});

/** What the journals of the only run have so far, as text. */
async function journalText(results: string): Promise<string> {
  const [name] = (await readdir(results).catch((): string[] => [])).filter((each) => !each.startsWith("."));
  if (name === undefined) return "";
  const journals = (await readdir(join(results, name))).filter((each) => each.startsWith("journal-"));
  return (await Promise.all(journals.map((each) => readFile(join(results, name, each), "utf8")))).join("");
}

it("held sessions that a dead node takes with it come back by the same policy, and each login is told", async () => {
  await using folder = await temporaryFolder();
  const results = `${folder.path}/out`;
  const server = await startSimulator({
    profiles: [{ name: "p", key: "e2e-key", secret: SECRET, strategy: "allow-create" }],
  });
  try {
    await using relay = await startRelay({ host: "127.0.0.1", port: server.port });
    const sets = [
      `target.port=${relay.port}`,
      "fleet={count: 20, credentials: access-token, retry: { attempts: 5, backoff: 50ms, jitter: 100% }}",
      "load={burst: true}",
      "rollCall={hold: 10m, negativeControl: false}",
      "thresholds=[hold.notBack == 0, hold.lost == 20, hold.reconnects >= 20, timeToBack.p50 < 10m]",
    ].flatMap((set) => ["--set", set]);
    const scenario = await writeScenario(folder.path);
    const run = startInProcess(["run", scenario, ...sets, "--out", results, "--generators", "2", "--quiet"]);
    const lines = async (of: RegExp): Promise<number> => ((await journalText(results)).match(of) ?? []).length;
    await until(async () => (await lines(/"kind":"roll-call".*"connected"\}/g)) === 20);
    relay.cut();
    relay.mend();
    await until(async () => (await lines(/"kind":"reconnect".*"connected"\}/g)) === 20);
    await until(() => Promise.resolve(server.stats().sessions === 20));
    run.signal("SIGINT");
    const { stdout } = await run.finished;
    const { rollCall, ledger, thresholds, validity } = await readSummary(await onlyRun(results));
    expect(ledger).toMatchObject({ provisioned: 20, connected: 20, imbalances: [] });
    expect(rollCall.hold).toMatchObject({
      sessions: 20,
      stayed: 0,
      notBack: 0,
      reconnects: { back: 20, refused: 0, timeToBack: { count: 20 } },
    });
    expect(rollCall.hold?.lost.reduce((sum, { count }) => sum + count, 0)).toBe(20);
    expect(thresholds.map(({ passed }) => passed)).toEqual([true, true, true, true]);
    expect(validity.warnings).toContain("20 held sessions did not stay connected; 0 did not come back.");
    const text = stdout.replaceAll(/\s+/g, " ");
    expect(text).toContain("0 stayed connected, 20 lost, all of them back.");
    expect(text).toContain("Reconnects: 20 sessions lost, ");
    await until(() => Promise.resolve(server.stats().sessions === 0));
  } finally {
    await server.close();
  }
});
