import { cp, mkdir, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeScenario } from "../../e2e/scenario.ts";
import { rollcallInProcess } from "../../support/in-process.ts";
import { testFolder } from "../../support/temporary-folder.ts";

let folder = "";
let scenario = "";
beforeEach(async () => {
  folder = testFolder();
  scenario = await writeScenario(folder);
});

/** A folder that nobody can make, root neither. */
const NOWHERE = "/proc/nowhere";
/** Where nobody listens: whoever asks there has begun too early, and says something else. */
const ADMIN = ["--admin-url", "http://127.0.0.1:1", "--admin-user", "tenant@thingsboard.org"];
const variables = { ROLLCALL_ADMIN_PASSWORD: "tenant" };

it.each([
  ["run", []],
  ["run", ["--simulate"]],
  ["run", ["--setup", ...ADMIN]],
  ["repeat", ["--times", "5", "--simulate"]],
  ["repeat", ["--times", "5", "--resume", NOWHERE]],
  ["search", ["--simulate"]],
  ["search", ["--resume", NOWHERE]],
  ["calibrate", ["--keep-run"]],
  ["setup", ADMIN],
  ["upgrade-check before", ADMIN],
])("%s %j says that its results cannot be kept before it does anything", async (command, more) => {
  const args = [...command.split(" "), scenario, ...more, "--out", NOWHERE];
  const { code, stdout, stderr } = await rollcallInProcess(args, { variables });
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(/^(?:--times 5 .*\n)?rollcall: Cannot write to \/proc\/nowhere: /),
  });
});

it.each([
  ["run", ["--simulate", "--html"]],
  ["run", ["--simulate", "--html", "--junit"]],
  ["repeat", ["--times", "5", "--simulate", "--html"]],
  ["search", ["--simulate", "--html"]],
  ["upgrade-check before", ADMIN],
])("%s %j says that its reports cannot be written before it does anything", async (command, more) => {
  for (const output of [`${NOWHERE}/`, `${NOWHERE}/{run}.{ext}`]) {
    const args = [...command.split(" "), scenario, ...more, "--out", join(folder, "out"), "-o", output];
    const { code, stdout, stderr } = await rollcallInProcess(args, { variables });
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/^(?:--times 5 .*\n)?rollcall: The report cannot be written to \/proc\/nowhere/),
    });
  }
});

it("conformance says of its report before it asks the server anything", async () => {
  const args = ["conformance", "127.0.0.1:1", ...ADMIN, "--out", join(folder, "out"), "-o", `${NOWHERE}/page.html`];
  const { code, stderr } = await rollcallInProcess([...args, "-f", "html"], { variables });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^rollcall: The report cannot be written to \/proc\/nowhere\/page\.html: /),
  });
});

it("conformance says it before it asks the server anything", async () => {
  const args = ["conformance", "127.0.0.1:1", ...ADMIN, "--out", NOWHERE];
  const { code, stderr } = await rollcallInProcess(args, { variables });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^rollcall: Cannot write to \/proc\/nowhere: /),
  });
});

it("calibrate says that a calibration cannot be kept before it starts anything", async () => {
  const { code, stderr } = await rollcallInProcess(["calibrate", scenario], { variables: { XDG_STATE_HOME: NOWHERE } });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^rollcall: The calibration cannot be kept in /),
  });
});

it.each([
  ["verify", ["--host", "127.0.0.1", "--port", "1"]],
  ["reconcile", ADMIN],
  ["cleanup", ADMIN],
])("%s says that it cannot write into the run's folder before it does anything", async (command, more) => {
  const run = join(folder, "run");
  await cp(join(import.meta.dirname, "../../golden/runs-0.1.0/whole"), run, { recursive: true });
  // Nobody can write a file where a folder is, root neither.
  await mkdir(join(run, ".rollcall-write-test"));
  const { code, stdout, stderr } = await rollcallInProcess([command, run, ...more], { variables });
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(/^rollcall: Cannot write to \S+\/run: /),
  });
});

describe("a folder for temporary files that cannot be written to", () => {
  const before = process.env["TMPDIR"];
  beforeEach(() => {
    process.env["TMPDIR"] = NOWHERE;
  });
  afterEach(() => {
    process.env["TMPDIR"] = before;
  });

  it.each([
    ["run", ["mqtt://127.0.0.1:1", "--key", "k", "--secret-env", "SECRET", "--rate", "1", "--devices", "1"]],
    ["calibrate", []],
    ["selftest", []],
  ])("is named by %s", async (command, more) => {
    const args = command === "calibrate" ? [scenario] : more;
    const { code, stderr } = await rollcallInProcess([command, ...args], { variables: { SECRET: "s" } });
    expect(tmpdir()).toBe(NOWHERE);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(
        /^(?:Running .*\n)?rollcall: Cannot write to \/proc\/nowhere, the folder for temporary files: no such file or directory\.\nName another one with TMPDIR\./,
      ),
    });
  });
});

it("leaves no folder behind where a scenario is wrong", async () => {
  const out = join(folder, "a", "b");
  const { code } = await rollcallInProcess(["run", scenario, "--simulate", "--set", "fleet.count=x", "--out", out]);
  expect(code).toBe(2);
  expect(await readdir(folder)).not.toContain("a");
});
