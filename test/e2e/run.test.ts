import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rollcallInProcess } from "../support/in-process.ts";
import { codeUnlessUnfit, onlyRun, readSummary, rollcall, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { SECRET, writeScenario } from "./scenario.ts";

const SIMULATED = ["--simulate", "--preset", "instant"];

describe("rollcall run", () => {
  it("provisions a simulated fleet, calls the roll, and leaves all its files", async () => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const results = join(folder.path, "results");
    const { code, stdout, stderr } = await rollcall("run", scenario, ...SIMULATED, "--out", results).finished;
    expect(stderr).toContain("SIMULATED");
    expect(stdout).toContain("60 of 60 devices provisioned, and every one of them logged in.");
    expect(stdout).toContain("simulated: not a real ThingsBoard");

    const run = await onlyRun(results);
    expect((await readdir(run)).sort()).toEqual([
      "journal-0.ndjson",
      "latency.hgrm",
      "latency.hlog",
      "plan.json",
      "report.txt",
      "roster-0.ndjson",
      "server.json",
      "summary.json",
    ]);
    const summary = await readSummary(run);
    expect(code).toBe(codeUnlessUnfit(summary, 0));
    expect(summary.ledger).toMatchObject({ planned: 60, started: 60, provisioned: 60, connected: 60, imbalances: [] });
    expect(summary.rollCall.negativeControl).toBe("refused");
    expect(summary.run).toMatchObject({ state: "complete", target: { simulated: true } });
    expect((await stat(join(run, "roster-0.ndjson"))).mode & 0o777).toBe(0o600);
  });

  it("keeps every secret in the roster alone", async () => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const results = join(folder.path, "results");
    const { stdout, stderr } = await rollcall(
      "run",
      scenario,
      ...SIMULATED,
      "--out",
      results,
      "--set",
      `provisioning.secret=${SECRET}`,
    ).finished;
    const run = await onlyRun(results);
    const passwords = (await readFile(join(run, "roster-0.ndjson"), "utf8"))
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { credentials: { password: string } }).credentials.password);
    expect(passwords).toHaveLength(60);
    const names = (await readdir(run)).filter((name) => !name.startsWith("roster-"));
    const texts = await Promise.all(names.map((name) => readFile(join(run, name), "utf8")));
    for (const text of [...texts, stdout, stderr]) {
      for (const secret of [SECRET, ...passwords]) expect(text.includes(secret)).toBe(false);
    }
  });

  it("shares a run out to two generators without a rest", async () => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const results = join(folder.path, "results");
    const { code } = await rollcallHere("run", scenario, ...SIMULATED, "--out", results, "--generators", "2", "--quiet")
      .finished;
    const summary = await readSummary(await onlyRun(results));
    expect(code).toBe(codeUnlessUnfit(summary, 0));
    const { ledger, run } = summary;
    expect(run.generators).toBe(2);
    expect(ledger).toMatchObject({ planned: 60, provisioned: 60, connected: 60, unreported: 0 });
  });

  it("rebuilds every report from the journals, to the byte", async () => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const results = join(folder.path, "results");
    const { code, stdout } = await rollcallHere("run", scenario, ...SIMULATED, "--out", results, "--quiet").finished;
    const run = await onlyRun(results);
    const made = ["summary.json", "report.txt", "latency.hlog", "latency.hgrm"];
    const read = () => Promise.all(made.map((name) => readFile(join(run, name), "utf8")));
    const before = await read();
    for (const name of made) await writeFile(join(run, name), "spoilt");
    const again = await rollcallHere("report", run).finished;
    expect(again).toMatchObject({ code, stdout });
    expect(await read()).toEqual(before);
    // In a pipe the whole report is as wide as in its file.
    expect(await rollcallInProcess(["report", run, "--full"])).toMatchObject({ code, stdout: before[1] });
    await rollcallInProcess(["report", run, "-o", join(folder.path, "asked.txt")]);
    expect(await readFile(join(folder.path, "asked.txt"), "utf8")).toBe(before[1]);
    const json = await rollcallHere("report", "latest", "--out", results, "--format", "json").finished;
    expect(JSON.parse(json.stdout)).toEqual(JSON.parse(before[0] ?? ""));
  });

  it("says nothing but the report when quiet", async () => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const { stderr } = await rollcallHere("run", scenario, ...SIMULATED, "--out", folder.path, "--quiet").finished;
    // How busy the machine of the test is, is told of all the same.
    const lines = stderr.split("\n").filter((line) => line !== "" && !/^(?:warning: This machine |Void: )/.test(line));
    expect(lines).toEqual([expect.stringMatching(/^Results: /)]);
  });

  it("misses a threshold with exit code 3", async () => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const results = join(folder.path, "results");
    const impossible = ["--set", 'thresholds=["provisioned > 1000"]'];
    const { code, stdout } = await rollcallHere("run", scenario, ...SIMULATED, "--out", results, ...impossible)
      .finished;
    expect(stdout).toContain("threshold missed: provisioned > 1000");
    expect(code).toBe(codeUnlessUnfit(await readSummary(await onlyRun(results)), 3));
    const again = await rollcallInProcess(["report", "latest", "--out", results]);
    expect(again).toMatchObject({ code, stdout });
    const silent = await rollcallInProcess(["report", "latest", "--out", results, "--exit-zero"]);
    expect(silent).toMatchObject({ code: 0, stdout });
  });
});
