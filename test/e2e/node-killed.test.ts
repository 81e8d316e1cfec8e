import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Outcome } from "../../src/model/outcome.ts";
import { readJournal } from "../../src/record/journal.ts";
import { openRunFolder } from "../../src/record/run-folder.ts";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import type { NodeFault } from "../../src/simulator/core/node-faults.ts";
import { rollcallInProcess, startInProcess } from "../support/in-process.ts";
import { onlyRun, readSummary, temporaryFolder } from "./rollcall.ts";
import { SECRET, writeScenario } from "./scenario.ts";

/**
 * A cluster of two transports and two cores loses one of its nodes under open load, and gets it back. What the report says
 * is held against the simulator's own store, to the name.
 */
let simulator: Simulator;

beforeEach(async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  simulator = await startSimulator({
    host: ["127.0.0.2", "127.0.0.3"],
    http: {},
    profiles: [{ name: "p", key: "e2e-key", secret: SECRET, strategy: "allow-create" }],
    // Each answer is on its way for a while: whatever dies has requests with it.
    cluster: { cores: 2, queueDelayMs: 40, rebalanceMs: 500 },
  });
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await simulator.close();
});

/** A fault that strikes when so many devices were asked for, and is over when so many were; `until` undefined: it stays. */
interface Strike {
  readonly fault: NodeFault;
  readonly from: number;
  readonly until?: number;
}

interface Setting {
  readonly devices: number;
  /** Where devices go. */
  readonly hosts: readonly string[];
  /** Where the administrator asks, in this order. */
  readonly admins: readonly string[];
}

const BOTH: readonly string[] = ["127.0.0.2", "127.0.0.3"];

/** The run under which the faults strike one after the other; each begin is marked. */
async function runUnder(folder: string, strikes: readonly Strike[], setting: Setting): Promise<string> {
  const results = join(folder, "results");
  const { port, httpPort } = simulator;
  const { devices, hosts, admins } = setting;
  const load = `load={constant: {rate: 150}, devices: ${devices}}`;
  const sets = [load, "fleet={}", "thresholds=[]", "timeouts.answer=5s"].flatMap((set) => ["--set", set]);
  const place = ["--host", hosts.map((host) => `${host}:${port}`).join(","), "--out", results, "--generators", "1"];
  const administrator = admins.flatMap((host) => ["--admin-url", `http://${host}:${httpPort}`]);
  const scenario = await writeScenario(folder);
  const { finished } = startInProcess([
    "run",
    scenario,
    ...sets,
    ...place,
    ...administrator,
    "--admin-user",
    "tenant@thingsboard.org",
    "--quiet",
  ]);
  const asked = (count: number): Promise<void> =>
    vi.waitFor(() => expect(simulator.stats().requests).toBeGreaterThan(count), { timeout: 60_000, interval: 10 });
  for (const { fault, from, until } of strikes) {
    await asked(from);
    await rollcallInProcess(["mark", "latest", "killed", "--out", results]);
    simulator.strikeNode(fault, true);
    if (until === undefined) continue;
    await asked(until);
    simulator.strikeNode(fault, false);
  }
  await finished;
  return onlyRun(results);
}

/** Where and when each device that failed had been sent. */
async function failuresOf(run: string): Promise<readonly Outcome[]> {
  const failures: Outcome[] = [];
  for (const { path } of (await openRunFolder(run)).journals) {
    for await (const line of readJournal(path)) {
      if (line.kind === "outcome" && line.outcome.result.state === "failed") failures.push(line.outcome);
    }
  }
  return failures;
}

const transport = (host: string): NodeFault => ({ kind: "down", of: { host } });
const core = (index: number): NodeFault => ({ kind: "down", of: { core: index } });

interface Row {
  readonly what: string;
  readonly strikes: readonly Strike[];
  readonly setting?: Partial<Setting>;
  /** The addresses at which devices failed, and no others. */
  readonly failed: readonly string[];
  /** The administrator's addresses that told; absent: there is one. */
  readonly answeredBy?: readonly string[];
}

const ROWS: readonly Row[] = [
  {
    what: "a transport is killed and comes back",
    strikes: [{ fault: transport("127.0.0.3"), from: 50, until: 150 }],
    failed: ["127.0.0.3"],
  },
  {
    // Nothing is lost but time: what waits in the queue is done by the other one.
    what: "a core is killed, and the other takes its part over",
    strikes: [{ fault: core(1), from: 50, until: 150 }],
    failed: [],
  },
  {
    what: "each of two transports is restarted, one after the other",
    strikes: [
      { fault: transport("127.0.0.2"), from: 50, until: 120 },
      { fault: transport("127.0.0.3"), from: 240, until: 310 },
    ],
    setting: { devices: 600, admins: ["127.0.0.3"] },
    failed: BOTH,
  },
  {
    what: "the administrator's node is killed, and stays dead",
    strikes: [{ fault: transport("127.0.0.2"), from: 50 }],
    setting: { admins: BOTH },
    failed: ["127.0.0.2"],
    answeredBy: BOTH,
  },
];

describe("ledger and store agree to the name when, under open load,", () => {
  it.each(ROWS)("$what", async ({ strikes, setting, failed, answeredBy }) => {
    await using folder = await temporaryFolder();
    const used = { devices: 300, hosts: BOTH, admins: ["127.0.0.2"], ...setting };
    const run = await runUnder(folder.path, strikes, used);
    const { ledger, server, marks } = await readSummary(run);
    expect(ledger.planned).toBe(used.devices);
    expect(ledger.provisioned + ledger.rejected + ledger.failed + ledger.dropped).toBe(used.devices);
    // Whoever was told by a node that stays dead is not let in there.
    expect(ledger.connected + ledger.unreachable).toBe(ledger.provisioned);
    expect(ledger.unreachable > 0).toBe(strikes.at(-1)?.until === undefined);
    const made = [...simulator.store.devices()].map(({ name }) => name);
    expect(ledger.provisioned + (server?.reconciliation?.ghosts.count ?? 0)).toBe(made.length);
    const { ghosts } = simulator.stats();
    expect(server?.reconciliation?.ghosts.names.toSorted()).toEqual(ghosts.toSorted());
    expect(server?.answeredBy).toEqual(answeredBy?.map((host) => `http://${host}:${simulator.httpPort}`));
    const failures = await failuresOf(run);
    expect(new Set(failures.map(({ place }) => place))).toEqual(
      new Set(failed.map((host) => `${host}:${simulator.port}`)),
    );
    // Each failed while its own node was away: not before it was killed, nor when it had been back for long.
    for (const [index, { fault }] of strikes.entries()) {
      const [begin, next] = [marks?.[index]?.at ?? Infinity, marks?.[index + 1]?.at ?? Infinity];
      for (const { place, intended, ended } of failures) {
        if (!("host" in fault.of) || place !== `${fault.of.host}:${simulator.port}`) continue;
        expect([ended > begin, intended < next]).toEqual([true, true]);
      }
    }
  });
});
