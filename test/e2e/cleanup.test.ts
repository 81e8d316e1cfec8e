import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { readAfterwards } from "../../src/record/afterwards-file.ts";
import { startSimulator } from "../../src/simulator/simulator.ts";
import { type RestProxy, startRestProxy } from "../support/rest-proxy.ts";
import { onlyRun, readSummary, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { SECRET, writeScenario } from "./scenario.ts";

const PROFILE = { name: "p", key: "e2e-key", secret: SECRET, strategy: "allow-create" } as const;
const adminAt = (port: number | undefined): readonly string[] => [
  "--admin-url",
  `http://127.0.0.1:${port}`,
  "--admin-user",
  "tenant@thingsboard.org",
];

it("does not end as if nothing had been sent where the server goes away half-way, and says how many are left", async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  await using folder = await temporaryFolder();
  const simulator = await startSimulator({ http: {}, profiles: [PROFILE] });
  const proxy: RestProxy = await startRestProxy(simulator.httpPort ?? 0, {
    ask(path) {
      if (proxy.deletions.length === 3) void proxy.close();
      return path;
    },
  });
  try {
    const results = join(folder.path, "results");
    const at = ["--host", "127.0.0.1", "--port", String(simulator.port), "--set", "thresholds=[]", "--out", results];
    await rollcallHere("run", await writeScenario(folder.path), ...at, "--quiet", "--generators", "1").finished;
    const run = await onlyRun(results);
    const made = simulator.store.size;
    const cleanup = (port: number | undefined) => rollcallHere("cleanup", run, ...adminAt(port), "--yes").finished;

    const broken = await cleanup(proxy.port);
    const [, deleted = "", left = ""] =
      /Deleted (\d+)\.\n(\d+) are left\. Broken off: the same command/.exec(broken.stdout) ?? [];
    expect(Number(deleted) + Number(left)).toBe(made);
    expect(broken.code).toBe(4);
    // One whose answer was lost may be gone.
    expect(simulator.store.size).toBeLessThanOrEqual(Number(left));

    expect(await cleanup(simulator.httpPort)).toMatchObject({ code: 0 });
    expect(simulator.store.size).toBe(0);
  } finally {
    vi.unstubAllEnvs();
    await proxy.close();
    await simulator.close();
  }
});

it("does not end as if nothing had been sent where the server goes away when the devices are gone and the profile is to go", async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  await using folder = await temporaryFolder();
  const simulator = await startSimulator({ http: {}, profiles: [] });
  const proxy: RestProxy = await startRestProxy(simulator.httpPort ?? 0, {
    ask(path) {
      if (proxy.deletions.at(-1)?.includes("/deviceProfile/") === true) void proxy.close();
      return path;
    },
  });
  try {
    const results = join(folder.path, "results");
    const scenario = await writeScenario(folder.path);
    await rollcallHere("setup", scenario, ...adminAt(simulator.httpPort), "--out", results).finished;
    const at = ["--host", "127.0.0.1", "--port", String(simulator.port), "--out", results];
    await rollcallHere("run", scenario, ...at, "--quiet", "--generators", "1").finished;
    const run = join(results, (await readdir(results)).find((name) => name.startsWith("small-")) ?? "");
    const made = simulator.store.size;
    expect(made).toBeGreaterThan(0);

    const broken = await rollcallHere("cleanup", run, ...adminAt(proxy.port), "--yes").finished;
    expect(broken.stdout).toContain(`Deleted ${made}.\n0 devices of these left`);
    expect(broken.code).toBe(4);
    expect(await rollcallHere("cleanup", run, ...adminAt(simulator.httpPort), "--yes").finished).toMatchObject({
      code: 0,
    });
  } finally {
    vi.unstubAllEnvs();
    await proxy.close();
    await simulator.close();
  }
});

it("names each ghost that a run left, deletes what the run made, and nothing that only looks like it", async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  await using folder = await temporaryFolder();
  // Two bear the run's prefix, one the very name that a device of the run asks for.
  const foreign = ["fix-0000000", "fix-", "fix-000003"];
  const simulator = await startSimulator({
    http: {},
    profiles: [PROFILE],
    devices: foreign.map((name) => ({ profile: "p", name })),
    faults: [{ kind: "ghost", rate: 0.3, ms: 50 }],
  });
  try {
    const scenario = await writeScenario(folder.path);
    const out = ["--out", join(folder.path, "results")];
    const at = [
      "--host",
      "127.0.0.1",
      "--port",
      String(simulator.port),
      "--set",
      "fleet.prefix=fix",
      "--set",
      "thresholds=[]",
    ];
    await rollcallHere("run", scenario, ...at, ...out, "--quiet", "--generators", "1").finished;
    const run = await onlyRun(join(folder.path, "results"));
    const { ledger, unknown } = await readSummary(run);
    expect(unknown.count).toBeGreaterThan(0);
    expect(ledger.rejected).toBe(1);
    const made = ledger.provisioned + unknown.count;
    const admin = adminAt(simulator.httpPort);

    const reconciled = await rollcallHere("reconcile", run, ...admin).finished;
    expect(reconciled.stderr).not.toContain("rollcall:");
    const kept = ["report.txt", "summary.json"].map((name) => readFileSync(join(run, name), "utf8"));
    const [look] = (await readAfterwards(run)).filter((line) => line.kind === "look");
    const reconciliation = look?.reconciliation;
    const ghosts = [...simulator.store.devices()].filter(({ told }) => told === "ghost").map(({ name }) => name);
    expect(reconciliation).toMatchObject({ ghosts, present: ledger.provisioned, foreign: ["fix-000003"], missing: [] });
    expect(reconciliation?.credentials).toEqual({ checked: ledger.provisioned, differing: [] });
    expect(reconciled.stdout).toContain(`${ghosts.length} there, and no client was told`);

    const dry = await rollcallHere("cleanup", run, ...admin).finished;
    expect(dry.stdout).toContain(`${made} devices of this run`);
    expect(simulator.store.size).toBe(made + foreign.length);
    const done = await rollcallHere("cleanup", run, ...admin, "--yes").finished;
    expect(done.stdout).toContain(`Deleted ${made}.`);
    expect(done.code).toBe(0);
    expect([...simulator.store.devices()].map(({ name }) => name)).toEqual(foreign);

    // What cleanup took is not missing, what the run found stays as it is, and a report lists all of it by date.
    const later = await rollcallHere("reconcile", run, ...admin).finished;
    expect(later.code).toBe(0);
    expect(later.stdout).toMatch(new RegExp(`deleted +${made} of its devices since, by cleanup`));
    expect(later.stdout).toMatch(/told but missing +0/);
    const { stdout } = await rollcallHere("report", run).finished;
    const afterwards = stdout.slice(stdout.indexOf("AFTERWARDS")).replaceAll(/\s+/g, " ");
    const [seen, dryRun, beforehand, taken, last] = afterwards.split(/ \d{4}-\d\d-\d\d [\d:]{8} UTC /).slice(1);
    const held = `${ledger.provisioned} told and there, ${ghosts.length} ghosts, 0 told but missing; at rest after`;
    expect(seen).toContain(`reconcile: ${held}`);
    for (const look of [dryRun, beforehand]) expect(look).toContain(`cleanup: ${held}`);
    expect(taken).toBe(`cleanup: ${made} deleted, 0 left`);
    expect(last).toContain(
      `reconcile: 0 told and there, 0 ghosts, 0 told but missing, ${made} deleted by cleanup before`,
    );
    expect(["report.txt", "summary.json"].map((name) => readFileSync(join(run, name), "utf8"))).toEqual(kept);
    await expect(readFile(join(run, "server.json"))).rejects.toMatchObject({ code: "ENOENT" });
  } finally {
    vi.unstubAllEnvs();
    await simulator.close();
  }
});

it("says that it cannot find devices that left their name to the server, and deletes none of them", async () => {
  vi.stubEnv("ROLLCALL_ADMIN_PASSWORD", "tenant");
  await using folder = await temporaryFolder();
  const simulator = await startSimulator({ http: {}, profiles: [PROFILE] });
  try {
    const scenario = await writeScenario(folder.path);
    const out = ["--out", join(folder.path, "results")];
    const fleet = ["--set", "fleet={count: 20, names: server}"];
    const at = ["--host", "127.0.0.1", "--port", String(simulator.port), ...fleet];
    await rollcallHere("run", scenario, ...at, ...out, "--quiet", "--generators", "1").finished;
    const run = await onlyRun(join(folder.path, "results"));
    const admin = adminAt(simulator.httpPort);
    const done = await rollcallHere("cleanup", run, ...admin, "--yes").finished;
    expect(done.stdout).toContain("20 devices of this run left the name to the server, which does not tell it");
    expect(simulator.store.size).toBe(20);
    expect(done.code).toBe(0);
  } finally {
    vi.unstubAllEnvs();
    await simulator.close();
  }
});
