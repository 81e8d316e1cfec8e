import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXIT } from "../../src/model/error.ts";
import { type Finished, rollcall, rollcallHere, temporaryFolder, until } from "./rollcall.ts";
import { STEADY, writeScenario } from "./scenario.ts";

const KEPT = join(import.meta.dirname, "../golden/runs-0.1.0/whole");

/** What was said, without the lines of a stack. */
function said({ code, stderr }: Finished) {
  return { code, stack: /^ {4}at /m.test(stderr), stderr };
}

describe("a plan that is not as rollcall writes it", () => {
  it.each([
    ["of version 9", (text: string) => text.replace('"version": 1', '"version": 9'), "the plan of a run of version 9"],
    ["cut off", (text: string) => text.slice(0, -30), "is not the plan of a run as rollcall writes it: it "],
  ])("(%s) is the same error in every command", async (_, change, message) => {
    await using folder = await temporaryFolder();
    const run = join(folder.path, "run");
    await cp(KEPT, run, { recursive: true });
    const plan = join(run, "plan.json");
    await writeFile(plan, change(await readFile(plan, "utf8")));
    const admin = ["--admin-url", "http://127.0.0.1:1", "--admin-user", "a"];
    const commands = [
      ["report", run],
      ["verify", run, "--port", "1"],
      ["resume", run, "--port", "1"],
      ["compare", run, "--", run],
      ["reconcile", run, ...admin],
      ["cleanup", run, ...admin],
    ];
    const ends = await Promise.all(commands.map((command) => rollcallHere(...command).finished));
    for (const end of ends) {
      expect(said(end)).toEqual({ code: EXIT.usage, stack: false, stderr: expect.stringContaining(`${plan} `) });
      expect(end.stderr).toContain(message);
    }
  });
});

describe("a run under way", () => {
  it("is still running for those who ask, and not crashed; with its results taken away, nobody is told that nothing was sent", async () => {
    await using folder = await temporaryFolder();
    const results = join(folder.path, "results");
    const scenario = await writeScenario(folder.path);
    const running = rollcall("run", scenario, "--simulate", "--preset", "instant", ...STEADY, "--out", results);
    const journals = async (): Promise<readonly string[]> => {
      const entries = await readdir(results, { recursive: true }).catch(() => []);
      return entries.filter((name) => basename(name).startsWith("journal-"));
    };
    await until(async () => (await journals()).length > 0);
    for (const end of await Promise.all(
      [
        ["report", "latest"],
        ["verify", "latest", "--port", "1"],
      ].map((command) => rollcallHere(...command, "--out", results).finished),
    )) {
      expect(said(end)).toEqual({
        code: EXIT.usage,
        stack: false,
        stderr: expect.stringContaining("it is still running"),
      });
    }
    await rm(results, { recursive: true });
    running.child.kill("SIGINT");
    const end = await running.finished;
    expect(said(end)).toEqual({
      code: EXIT.unhealthy,
      stack: false,
      stderr: expect.stringContaining(
        "was taken away while the run was under way. Devices were asked for all the same.",
      ),
    });
  });
});

it.each([
  [["--out", ""], "--out is empty."],
  [["--set.x=y"], "There is no option --set.x"],
])("options that are none are one error: %j", async (options, message) => {
  await using folder = await temporaryFolder();
  const end = await rollcallHere("run", await writeScenario(folder.path), "--simulate", ...options).finished;
  expect(said(end)).toEqual({ code: EXIT.usage, stack: false, stderr: expect.stringContaining(message) });
});
