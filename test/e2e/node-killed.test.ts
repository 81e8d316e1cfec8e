import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readJournal } from "../../src/record/journal.ts";
import { openRunFolder } from "../../src/record/run-folder.ts";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import type { NodeFault } from "../../src/simulator/core/node-faults.ts";
import { startInProcess } from "../support/in-process.ts";
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

/** The run while `fault` strikes from the 50th device that was asked for on, until the 150th. */
async function runUnder(folder: string, fault: NodeFault): Promise<string> {
  const results = join(folder, "results");
  const { port, httpPort } = simulator;
  const sets = ["load={constant: {rate: 150}, devices: 300}", "fleet={}", "thresholds=[]", "timeouts.answer=5s"];
  const place = ["--host", `127.0.0.2:${port},127.0.0.3:${port}`, "--out", results, "--generators", "1", "--quiet"];
  const administrator = ["--admin-url", `http://127.0.0.2:${httpPort}`, "--admin-user", "tenant@thingsboard.org"];
  const scenario = await writeScenario(folder);
  const { finished } = startInProcess([
    "run",
    scenario,
    ...sets.flatMap((set) => ["--set", set]),
    ...place,
    ...administrator,
  ]);
  const asked = (count: number): Promise<void> =>
    vi.waitFor(() => expect(simulator.stats().requests).toBeGreaterThan(count), { timeout: 60_000, interval: 10 });
  await asked(50);
  simulator.strikeNode(fault, true);
  await asked(150);
  simulator.strikeNode(fault, false);
  await finished;
  return onlyRun(results);
}

/** Where each device that was not provisioned had been sent. */
async function failedAt(run: string): Promise<ReadonlySet<string | undefined>> {
  const places = new Set<string | undefined>();
  for (const { path } of (await openRunFolder(run)).journals) {
    for await (const line of readJournal(path)) {
      if (line.kind === "outcome" && line.outcome.result.state === "failed") places.add(line.outcome.place);
    }
  }
  return places;
}

describe("ledger and store agree to the name when, under open load,", () => {
  it.each([
    ["a transport is killed and comes back", { kind: "down", of: { host: "127.0.0.3" } } as const, ["127.0.0.3"]],
    // Nothing is lost but time: what waits in the queue is done by the other one.
    ["a core is killed, and the other takes its part over", { kind: "down", of: { core: 1 } } as const, []],
  ])("%s", async (_, fault, failed) => {
    await using folder = await temporaryFolder();
    const run = await runUnder(folder.path, fault);
    const { ledger, server } = await readSummary(run);
    expect(ledger.planned).toBe(300);
    expect(ledger.provisioned + ledger.rejected + ledger.failed + ledger.dropped).toBe(300);
    expect(ledger.connected).toBe(ledger.provisioned);
    const made = [...simulator.store.devices()].map(({ name }) => name);
    expect(ledger.provisioned + (server?.reconciliation?.ghosts.count ?? 0)).toBe(made.length);
    const { ghosts } = simulator.stats();
    expect(server?.reconciliation?.ghosts.names.toSorted()).toEqual(ghosts.toSorted());
    expect(await failedAt(run)).toEqual(new Set(failed.map((host) => `${host}:${simulator.port}`)));
  });
});
