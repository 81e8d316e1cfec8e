import { spawnSync } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { EXIT } from "../../../src/model/error.ts";
import { runCommand } from "../../../src/processes/run-command.ts";
import { readMarks } from "../../../src/record/marks-file.ts";
import { rollcallInProcess, type Said } from "../../support/in-process.ts";
import { testFolder } from "../../support/temporary-folder.ts";

/** What the run against the simulator uses. */
const SECRET = "simulated-secret";
const variables = { EVENTS_SECRET: SECRET, ROLLCALL_ADMIN_PASSWORD: "tenant" };

let folder: string;
let scenario: string;

beforeEach(async () => {
  folder = testFolder();
  scenario = join(folder, "events.yaml");
  await writeFile(
    scenario,
    `
name: events
provisioning: { key: simulated-key, secret: "\${EVENTS_SECRET}" }
load: { constant: { rate: 40 }, duration: 2s }
events:
  - { at: 0s, run: 'env > "\${PLACE}"; echo done', mark: "node 2 killed" }
  - { at: 500ms, run: "echo no such pod >&2; exit 3" }
  - { at: 1s, run: "sleep 60", mark: "stuck" }
  - { at: 10m, run: "echo never" }
`,
  );
});

const rollcall = (...args: readonly string[]): Promise<Said> =>
  rollcallInProcess(
    [...args, "--simulate", "--preset", "instant", "--generators", "1", "--out", join(folder, "results")],
    {
      variables: { ...variables, PLACE: join(folder, "environment") },
    },
  );

describe("a scenario's events", () => {
  it.each([
    ["run", []],
    ["repeat", ["--times", "1"]],
  ])("are not run by %s unless they are allowed, and nothing is sent", async (command, more) => {
    const { code, stdout, stderr } = await rollcall(command, scenario, ...more);
    expect({ code, stdout }).toEqual({ code: EXIT.usage, stdout: "" });
    expect(stderr).toContain("The scenario runs 4 commands on this machine, the first after 0 ms: env >");
    expect(stderr).toContain("--allow-commands");
    expect(await readdir(folder)).toEqual(["events.yaml"]);
  });

  it("are run at their times and marked, with what became of them, and none outlives the run", async () => {
    const { code, stdout, stderr } = await rollcall("run", scenario, "--allow-commands", "--full");
    expect({ fits: [EXIT.pass, EXIT.unhealthy].some((each) => each === code), stderr }).toMatchObject({ fits: true });
    const [name = ""] = await readdir(join(folder, "results"));
    const run = join(folder, "results", name);
    const marks = await readMarks(run);
    expect(marks.map(({ text, command }) => [text, command?.ended, command?.succeeded, command?.output])).toEqual([
      ["node 2 killed", "exit code 0", true, "done"],
      ["echo no such pod >&2; exit 3", "exit code 3", false, "no such pod"],
      ["stuck", "ended with the run", false, ""],
    ]);
    const words = stdout.replaceAll(/\s+/g, " ");
    expect(words).toContain("node 2 killed (its command: exit code 0 after");
    expect(words).toMatch(/exit 3 \(its command: exit code 3 after [\d.]+ ms; it printed: no such pod\): not known/);
    expect(words).toContain("stuck (its command: ended with the run after");
    expect(stderr).toContain("Not run, as the run was over before 10 min: echo never");
    const environment = await readFile(join(folder, "environment"), "utf8");
    expect(environment).toContain("PLACE=");
    expect(environment).not.toContain(SECRET);
    expect(environment).not.toContain("ROLLCALL_ADMIN_PASSWORD");
    // The shell has filled it in; the plan has it as it was written.
    expect(await readFile(join(run, "plan.json"), "utf8")).toContain("${PLACE}");
  });
});

describe("a command", () => {
  it("that takes too long is ended with all that it started", async () => {
    const never = new AbortController().signal;
    const command = "sleep 97531 & echo $!; wait";
    const { how, succeeded, output } = await runCommand(
      { command, env: process.env as Record<string, string>, timeoutMs: 300 },
      never,
    );
    expect({ how, succeeded }).toEqual({ how: "ended because it took too long", succeeded: false });
    await expect.poll(() => isThere(Number(output))).toBe(false);
  });

  it("that prints without end is kept in part", async () => {
    const command = "yes | head -c 1000000";
    const setting = { command, env: process.env as Record<string, string>, timeoutMs: 30_000 };
    const { how, output } = await runCommand(setting, new AbortController().signal);
    expect([how, output.length]).toEqual(["exit code 0", 1_999]);
  });
});

/** One that has ended and that nobody has asked for is gone too. */
function isThere(pid: number): boolean {
  const state = spawnSync("ps", ["-o", "stat=", "-p", `${pid}`])
    .stdout.toString()
    .trim();
  return state !== "" && !state.startsWith("Z");
}
