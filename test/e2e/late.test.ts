import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EXIT } from "../../src/model/error.ts";
import type { ServerRecord } from "../../src/model/server-record.ts";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { hurriedWaits } from "../support/hurried-waits.ts";
import { rollcallInProcess, type Said } from "../support/in-process.ts";
import { type LateTimers, lateTimers } from "../support/late-timers.ts";
import { codeUnlessUnfit, onlyRun, readSummary, temporaryFolder } from "./rollcall.ts";
import { SECRET, writeScenario } from "./scenario.ts";

let simulator: Simulator;
let timers: LateTimers;

/** Some devices are made 5 s, others 13 s after they were asked for: their clients have waited 300 ms. */
beforeEach(async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  timers = lateTimers();
  simulator = await startSimulator({
    http: {},
    timers,
    profiles: [{ name: "p", key: "e2e-key", secret: SECRET, strategy: "allow-create" }],
    faults: [
      { kind: "late", rate: 0.3, ms: 5_000 },
      { kind: "late", rate: 0.4, ms: 13_000 },
    ],
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

/** Time passes for the server where the program waits. */
function rollcall(...args: readonly string[]): Promise<Said> {
  return rollcallInProcess([...args, ...administrator()], { waits: hurriedWaits((ms) => timers.pass(ms)) });
}

async function run(folder: string, ...more: readonly string[]): Promise<{ readonly said: Said; readonly run: string }> {
  const results = join(folder, "results");
  const scenario = await writeScenario(folder);
  const sets = [
    "timeouts.answer=300ms",
    "maxInFlight=100",
    "load={burst: true}",
    "rollCall=off",
    "fleet.credentials=access-token",
  ];
  const at = [
    "--host",
    "127.0.0.1",
    "--port",
    String(simulator.port),
    "--out",
    results,
    "--generators",
    "1",
    "--quiet",
  ];
  const said = await rollcall("run", scenario, ...sets.flatMap((set) => ["--set", set]), ...at, ...more);
  return { said, run: await onlyRun(results) };
}

const names = (): readonly string[] => [...simulator.store.devices()].map(({ name }) => name);

describe("a server that goes on creating after its clients have given up", () => {
  it("is counted when it has come to rest, to the name, and everything adds up", async () => {
    await using folder = await temporaryFolder();
    const { said, run: made } = await run(folder.path, "--set", "thresholds=[ghosts > 10]");
    expect(said.stderr).toContain("The server may still be creating devices: waiting for it to come to rest");
    const { server, ledger, unknown, verdict } = await readSummary(made);
    expect(unknown.count).toBeGreaterThan(10);
    const { reconciliation } = JSON.parse(await readFile(join(made, "server.json"), "utf8")) as ServerRecord;
    expect(reconciliation?.ghosts.toSorted()).toEqual(unknown.names.toSorted());
    expect(reconciliation?.rest).toMatchObject({ settled: true });
    // From the last request on ThingsBoard's own limit, 20 s; some of it had passed when the first look was taken.
    expect(reconciliation?.rest?.waitedMs).toBeGreaterThanOrEqual(18_000);
    expect(reconciliation?.rest?.waitedMs).toBeLessThanOrEqual(20_000);
    expect(server?.devices.after?.profile).toBe(ledger.provisioned + unknown.count);
    expect(said.stdout).toMatch(/at rest +(18|20) s after the first look, counted \d+ times/);
    expect(said.stdout).not.toContain("not explained");
    expect(verdict.exitCode).toBe(codeUnlessUnfit(await readSummary(made), EXIT.pass));
  });

  it("is not settled where the time given is over before, and a cleanup at once waits and leaves nothing", async () => {
    await using folder = await temporaryFolder();
    const { said, run: made } = await run(folder.path, "--settle", "6s", "--set", "thresholds=[ghosts < 1000]");
    const summary = await readSummary(made);
    expect(summary.verdict.reasons).toContain("the server had not come to rest 6 s after the first look");
    expect(summary.verdict.headline).toMatch(/at least \d+ ghosts on the server/);
    expect(said.stdout).toMatch(/ghosts +at least \d+ there/);
    expect(said.stdout).toMatch(/undecided +ghosts < 1000 +\d+ +the server had not come to rest/);
    expect(said.code).toBe(codeUnlessUnfit(summary, EXIT.undecided));

    const hasty = await rollcall("cleanup", made, "--settle", "0");
    expect(hasty.stdout).toContain("The server had not come to rest: it may yet create more.");
    expect(hasty.code).toBe(EXIT.undecided);

    const cleaned = await rollcall("cleanup", made, "--yes");
    expect(cleaned.stdout).toContain("Deleted 60.");
    expect(cleaned.stdout).toContain("0 devices of these left");
    expect(cleaned.code).toBe(EXIT.pass);
    timers.pass(60_000);
    expect(names()).toEqual([]);
  });
});

it("waits for nothing where every device has its answer", async () => {
  await using folder = await temporaryFolder();
  const other = await startSimulator({
    http: {},
    profiles: [{ name: "p", key: "e2e-key", secret: SECRET, strategy: "allow-create" }],
  });
  try {
    const waits = {
      now: () => 0,
      sleep: () => Promise.reject(new Error("waited")),
    };
    const results = join(folder.path, "results");
    const at = ["--host", "127.0.0.1", "--port", String(other.port), "--out", results, "--quiet"];
    const admin = ["--admin-url", `http://127.0.0.1:${other.httpPort}`, "--admin-user", "tenant@thingsboard.org"];
    const scenario = await writeScenario(folder.path);
    const said = await rollcallInProcess(["run", scenario, ...at, ...admin], { waits });
    expect(said.stderr).not.toContain("come to rest");
    const summary = await readSummary(await onlyRun(results));
    expect(summary.server?.reconciliation?.rest).toBeUndefined();
    expect(summary.server?.reconciliation?.ghosts.count).toBe(0);
    expect(said.code).toBe(codeUnlessUnfit(summary, EXIT.pass));
  } finally {
    await other.close();
  }
});

it("says of --settle that it is no length of time", async () => {
  const said = await rollcallInProcess(["reconcile", "latest", "--settle", "soon", ...administrator()]);
  expect(said.stderr).toContain("--settle soon is no length of time.");
  expect(said.code).toBe(EXIT.usage);
});
