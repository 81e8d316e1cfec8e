import { chmod, mkdir, readdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codeUnlessUnfit, onlyRun, readSummary, rollcall, rollcallHere, temporaryFolder } from "./rollcall.ts";
import { SECRET, writeScenario } from "./scenario.ts";

describe("mistakes", () => {
  it("names every mistake of a scenario at once, with exit code 2 and no stack", async () => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const { code, stderr } = await rollcallHere(
      "validate",
      scenario,
      "--set",
      "flet.count=5",
      "--set",
      "timeouts.answer=soon",
    ).finished;
    expect(code).toBe(2);
    expect(stderr).toContain("flet");
    expect(stderr).toContain("fleet");
    expect(stderr).toContain("timeouts.answer");
    expect(stderr).not.toContain("    at ");
  });

  it("prints the plan of a good one, its secret redacted", async () => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const { code, stdout } = await rollcallHere("validate", scenario, "--set", "fleet.count=70").finished;
    expect(code).toBe(0);
    expect(stdout).toContain("count: 70");
    expect(stdout).toContain("[redacted]");
    expect(stdout).not.toContain(SECRET);
  });

  it("prints the JSON Schema of scenarios", async () => {
    const { code, stdout } = await rollcallHere("schema").finished;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ type: "object", properties: { fleet: {}, load: {}, rollCall: {} } });
  });

  it.each([
    [["run", "nowhere.yaml"], "There is no file nowhere.yaml."],
    [["rnu", "x.yaml"], "Did you mean run"],
    [["run", "x.yaml", "--simulat"], "Did you mean --simulate?"],
    [["run", "x.yaml", "--set"], "--set needs a value"],
    [["run", "--simulate", "nowhere.yaml"], "There is no file nowhere.yaml."],
    [["search", "x.yaml", "--port", "many"], "--port many is not a whole number from 1 to 65535"],
    [["report", "no-such-run"], "There is no run no-such-run"],
    [["run", "x.yaml", "--fault", "ghost"], "--fault needs --simulate"],
    [["schema", "xyz"], "rollcall: schema xyz: write one of scenario, plan, "],
    [["run", "x.yaml", "--wait", "-3s"], "--wait -3s is not a time from 1 s to 86400 s."],
    [["run", "x.yaml", "--simulate", "--lease", "5s"], "--lease needs --bus."],
    [["run", "x.yaml", "--simulate", "--wait", "5s"], "--wait needs --bus."],
    [["run", "x.yaml", "--simulate", "--on-worker-loss", "go-on"], "--on-worker-loss needs --bus."],
    [["verify", "x", "--bus-ca", "ca.pem"], "--bus-ca needs --bus."],
    [
      ["run", "x.yaml", "--settle", "soon"],
      "--settle soon is no length of time.\nWrite seconds, or a number with its unit",
    ],
    [["run", "x.yaml", "--out", ""], "--out is empty.\nName a folder, or leave --out away for ./results."],
    [["run", "x.yaml", "--prometheus", "127.0.0.1:0"], "--prometheus 127.0.0.1:0: 0 is no port from 1 to 65535."],
    [[], "There is no command."],
  ])("refuses %j with exit code 2", async (args, message) => {
    const { code, stderr } = await rollcallHere(...args).finished;
    expect(stderr).toContain(message);
    // Nothing was started before.
    expect(stderr).toMatch(/^(?:rollcall: |rollcall <command>)/);
    expect(stderr).not.toContain("    at ");
    expect(code).toBe(2);
  });

  it("names the file beside it that is spelled nearly so", async () => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const { code, stderr } = await rollcallHere("validate", scenario.replace(/yaml$/, "yml")).finished;
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`Did you mean ${scenario}?`) });
  });

  it("finds a scenario that --simulate has swallowed", async () => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const { code, stderr } = await rollcallHere("run", scenario, "--simulate", "soon").finished;
    expect(code).toBe(2);
    expect(stderr).toContain("not a ThingsBoard release");
  });

  it("finds results that cannot be written before anything is provisioned", async () => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const locked = join(folder.path, "scenario-file.yaml", "results");
    await mkdir(join(folder.path, "scenario-file.yaml"));
    await chmod(join(folder.path, "scenario-file.yaml"), 0o500);
    // Root may write anywhere; a file where a folder should be stops root as well.
    const out = process.getuid?.() === 0 ? join(scenario, "results") : locked;
    const { code, stderr } = await rollcallHere("run", scenario, "--simulate", "--out", out).finished;
    expect(stderr).toContain("Cannot write");
    expect(code).toBe(2);
    expect(await readdir(join(folder.path, "scenario-file.yaml"))).toEqual([]);
  });

  it("ends at a dead port with exit code 4, and says what to check", async () => {
    await using folder = await temporaryFolder();
    const scenario = await writeScenario(folder.path);
    const results = join(folder.path, "results");
    const port = await freePort();
    const target = ["--host", "127.0.0.1", "--port", String(port)];
    const { code, stdout, stderr } = await rollcallHere("run", scenario, ...target, "--out", results).finished;
    expect(stdout).toContain("connection-refused");
    expect(stdout).toContain("not one device was provisioned");
    expect(stderr).toContain(`Nobody listens at mqtt://127.0.0.1:${port}`);
    expect(code).toBe(codeUnlessUnfit(await readSummary(await onlyRun(results)), 4));
  });

  it("does not mind a reader that goes away", async () => {
    await using folder = await temporaryFolder();
    const running = rollcall("schema");
    running.child.stdout?.destroy();
    expect((await running.finished).code).toBe(0);
    expect((await readdir(folder.path)).length).toBe(0);
  });
});

/** Of a server that is gone again. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
