import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../src/simulator/simulator.ts";
import { onlyRun, readSummary, type Running, rollcall, rollcallHere, temporaryFolder, until } from "./rollcall.ts";
import { SECRET, STEADY, writeScenario } from "./scenario.ts";

/** In the test's own process: what is stopped and killed here is the program and its generators. */
let simulator: Simulator;
beforeAll(async () => {
  const profile = { name: "e2e", key: "e2e-key", secret: SECRET, strategy: "allow-create" } as const;
  simulator = await startSimulator({ preset: "instant", profiles: [profile] });
});
afterAll(() => simulator.close());

/** A load of a minute, once it has provisioned its first devices. */
async function startLoad(
  folder: string,
  { generators = 1, more = [] }: { readonly generators?: number; readonly more?: readonly string[] } = {},
): Promise<Running & { readonly results: string }> {
  const scenario = await writeScenario(folder);
  const results = join(folder, "results");
  const target = ["--host", "127.0.0.1", "--port", String(simulator.port), "--generators", String(generators)];
  const running = rollcall("run", scenario, ...STEADY, ...target, "--out", results, ...more);
  await running.shows("results in ");
  await until(async () => (await journals(results)).includes('"provisioned"'));
  return { ...running, results };
}

async function journals(results: string): Promise<string> {
  const run = await onlyRun(results);
  const names = (await readdir(run)).filter((name) => name.startsWith("journal-"));
  return (await Promise.all(names.map((name) => readFile(join(run, name), "utf8")))).join("");
}

/** The generators of a program, by the module they run. */
async function generatorsOf(parent: number | undefined): Promise<readonly number[]> {
  const children = await readFile(`/proc/${parent}/task/${parent}/children`, "utf8");
  const pids = children
    .split(" ")
    .filter((pid) => pid !== "")
    .map(Number);
  const found: number[] = [];
  for (const pid of pids) {
    if ((await readFile(`/proc/${pid}/cmdline`, "utf8")).includes("generator-process")) found.push(pid);
  }
  return found;
}

describe("a run that is stopped", () => {
  it("drains and calls the roll on the first Ctrl-C", async () => {
    await using folder = await temporaryFolder();
    const { child, finished, results } = await startLoad(folder.path);
    child.kill("SIGINT");
    const { code, stderr } = await finished;
    expect(stderr).toContain("then the roll is called");
    expect(code).toBe(130);
    const { ledger, run } = await readSummary(await onlyRun(results));
    expect(run.state).toBe("interrupted");
    expect(ledger.imbalances).toEqual([]);
    expect(ledger.provisioned).toBeGreaterThan(0);
    expect(ledger.connected).toBe(ledger.provisioned);
    expect(ledger.dropped).toBe(ledger.planned - ledger.started);
    expect(await journals(results)).toMatch(/"footer".*\n$/);
  });

  it("stops at once on the second, and still accounts for every device", async () => {
    await using folder = await temporaryFolder();
    // Two logins a second: the roll call after the drain would take minutes.
    const { child, shows, finished, results } = await startLoad(folder.path, { more: ["--set", "rollCall.rate=2"] });
    child.kill("SIGINT");
    await shows("then the roll is called");
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill("SIGINT");
    const { code, stderr } = await finished;
    expect(stderr).toContain("Aborting");
    expect(code).toBe(130);
    const { ledger, run } = await readSummary(await onlyRun(results));
    expect(run.state).toBe("interrupted");
    expect(ledger.imbalances).toEqual([]);
    expect(ledger.uncalled).toBeGreaterThan(0);
    expect(ledger.provisioned).toBe(ledger.connected + ledger.uncalled);
  });

  it("aborts on SIGTERM", async () => {
    await using folder = await temporaryFolder();
    const { child, finished, results } = await startLoad(folder.path);
    child.kill("SIGTERM");
    expect((await finished).code).toBe(130);
    const { ledger, run } = await readSummary(await onlyRun(results));
    expect(run.state).toBe("interrupted");
    expect(ledger.imbalances).toEqual([]);
  });

  it.runIf(process.platform === "linux")("reports a generator that was killed, and counts what it wrote", async () => {
    await using folder = await temporaryFolder();
    const { child, finished, results } = await startLoad(folder.path, { generators: 2 });
    const [victim] = await generatorsOf(child.pid);
    process.kill(victim ?? 0, "SIGKILL");
    child.kill("SIGINT");
    const { code, stdout, stderr } = await finished;
    expect(stderr).toContain("died: signal SIGKILL");
    expect(stdout).toContain("Not to be trusted");
    expect(code).toBe(5);
    const { ledger, run } = await readSummary(await onlyRun(results));
    expect(run).toMatchObject({ state: "crashed", generators: 2 });
    expect(run.lostGenerators).toHaveLength(1);
    expect(ledger.unreported).toBeGreaterThan(0);
    expect(ledger.imbalances).toEqual([]);
  });

  it.runIf(process.platform === "linux")(
    "stops when its results can no longer be written, and keeps what was",
    async () => {
      await using folder = await temporaryFolder();
      const { child, finished, results } = await startLoad(folder.path);
      const [generator] = await generatorsOf(child.pid);
      // As a full disk: from now on no file of this process may grow beyond what it has now.
      await promisify(execFile)("prlimit", ["--pid", String(generator), "--fsize=1000"]);
      const { code, stderr } = await finished;
      expect(stderr).toContain("The results can no longer be written");
      expect(stderr).not.toContain("    at ");
      expect(code).toBe(5);
      const { ledger } = await readSummary(await onlyRun(results));
      expect(ledger.provisioned).toBeGreaterThan(0);
      expect(ledger.imbalances).toEqual([]);
    },
  );

  it.runIf(process.platform === "linux")("leaves no generator behind when it is killed itself", async () => {
    await using folder = await temporaryFolder();
    const { child, finished, results } = await startLoad(folder.path, { generators: 2 });
    const pids = await generatorsOf(child.pid);
    expect(pids).toHaveLength(2);
    child.kill("SIGKILL");
    await finished;
    await until(() => Promise.resolve(pids.every((pid) => !lives(pid))));
    // They had time to write down what there was.
    expect((await journals(results)).match(/"footer"/g)).toHaveLength(2);
    const report = await rollcallHere("report", await onlyRun(results)).finished;
    expect(report.stdout).toContain("Interrupted");
    expect(report.code).toBe(130);
    const silent = await rollcallHere("report", await onlyRun(results), "--exit-zero").finished;
    expect(silent).toMatchObject({ code: 0, stdout: report.stdout });
  });
});

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
