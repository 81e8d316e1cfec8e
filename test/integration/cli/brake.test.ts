import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { PLAN_NAME, writePlan } from "../../../src/record/plan-file.ts";
import { load } from "../../support/scenario-text.ts";
import { rollcallInProcess } from "../../support/in-process.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const SCENARIO = `
name: many
provisioning: { key: k, secret: "\${BRAKE_SECRET}" }
load: { constant: { rate: 100 }, duration: 20s }
thresholds: [failureRate < 1%]
`;
const variables = { BRAKE_SECRET: "s" };

let folder: string;
let scenario: string;
beforeAll(async () => {
  folder = testFolder();
  scenario = join(folder, "many.yaml");
  await writeFile(scenario, SCENARIO);
});

/** A run of 2,000 devices of which none was asked for. */
async function runThatDidNotBegin(name: string, maxDevices: number | undefined): Promise<string> {
  const run = join(folder, `${name}-20260101T000000Z-abc123`);
  await mkdir(run);
  const { plan } = load(SCENARIO, [], variables);
  await writePlan(run, { ...plan, generators: 1, ...(maxDevices === undefined ? {} : { maxDevices }) });
  // It was left long ago.
  await utimes(join(run, PLAN_NAME), 0, 0);
  return run;
}

// An address for documentation: nobody is there, and nothing is sent.
const AWAY = ["--host", "192.0.2.1"];

it.each<[string, readonly string[], string]>([
  ["run", AWAY, "2,000 devices would be made at mqtt://192.0.2.1:1883"],
  ["repeat", [...AWAY, "--times", "5"], "10,000 devices would be made at mqtt://192.0.2.1:1883"],
  ["repeat", ["--times", "5", "--against", "192.0.2.1:1884"], "20,000 devices would be made at mqtt://192.0.2.1:1884"],
  ["search", AWAY, "up to 1,200,000 devices would be made at mqtt://192.0.2.1:1883"],
])("%s %j makes many devices elsewhere only with --yes", async (command, options, said) => {
  const { code, stdout, stderr } = await rollcallInProcess(
    [command, scenario, "--out", join(folder, "results"), ...options],
    { variables },
  );
  expect(stderr).toContain(said);
  expect(stderr).toContain("Say --yes to make them.");
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
});

it("upgrade-check and setup ask as well", async () => {
  const options = [scenario, ...AWAY, "--out", join(folder, "results")];
  const check = await rollcallInProcess(["upgrade-check", "before", ...options], { variables });
  expect(check.stderr).toContain("12,000 devices would be made");
  const prepared = ["--set", "provisioning.strategy=pre-provisioned", "--set", "fleet.prefix=meter"];
  const admin = ["--admin-url", "http://192.0.2.1:8080", "--admin-user", "t"];
  const setup = await rollcallInProcess(["setup", ...options, ...prepared, ...admin], {
    variables: { ...variables, ROLLCALL_ADMIN_PASSWORD: "p" },
  });
  expect(setup.stderr).toContain("2,000 devices would be made at http://192.0.2.1:8080");
  expect([check.code, setup.code]).toEqual([2, 2]);
});

it("resume asks as well, and its ceiling is the run's with what was asked for before", async () => {
  const resume = (run: string, ...more: readonly string[]) =>
    rollcallInProcess(["resume", run, ...AWAY, "--out", folder, ...more], { variables });
  const free = await resume(await runThatDidNotBegin("free", undefined));
  expect(free.stderr).toContain("2,000 devices would be made at mqtt://192.0.2.1:1883");
  const full = await resume(await runThatDidNotBegin("full", 1_999));
  expect(full.stderr).toContain("maxDevices is 1,999: 0 devices were asked for before, and 2,000 are left.");
  expect(full.stderr).toContain("--max-devices 2000");
  expect([free.code, full.code]).toEqual([2, 2]);
});

it("a search is refused before its first trial where its highest rate would exceed the ceiling", async () => {
  const { code, stderr } = await rollcallInProcess(
    ["search", scenario, ...AWAY, "--out", folder, "--set", "maxDevices=2000", "--highest", "200", "--duration", "20"],
    { variables },
  );
  expect(stderr).toContain(
    "maxDevices is 2,000, and a trial of --highest 200 a second for --duration 20 s makes 4,000",
  );
  expect(code).toBe(2);
});

it("a threshold that may do so stops the run, with results, roll call and its name", async () => {
  const out = join(folder, "stopped");
  const sets = [
    "load={constant: {rate: 50}, duration: 60s}",
    "thresholds=[{threshold: failureRate < 10%, abort: true}]",
  ];
  const { code, stdout, stderr } = await rollcallInProcess(
    [
      "run",
      scenario,
      "--simulate",
      "--preset",
      "instant",
      "--fault",
      "close:0.5",
      "--out",
      out,
      "--generators",
      "2",
    ].concat(sets.flatMap((set) => ["--set", set])),
    { variables },
  );
  expect(stderr).toMatch(/Stopping: failureRate < 10%, which was \d\d(\.\d)? % after .+ No new arrivals/);
  const [run = ""] = await readdir(out);
  const summary: unknown = JSON.parse(await readFile(join(out, run, "summary.json"), "utf8"));
  expect(summary).toMatchObject({
    run: { state: "interrupted", stoppedBy: { threshold: "failureRate < 10%", limit: 0.1 } },
    ledger: { planned: 3_000, imbalances: [] },
    thresholds: [{ passed: false }],
  });
  // A machine that is busy with other work may make the generators unfit to measure, which goes before.
  expect([3, 5]).toContain(code);
  expect(stdout).toContain("the run was stopped by its threshold failureRate < 10%");
  const again = await rollcallInProcess(["report", run, "--out", out, "--full"]);
  expect(again).toMatchObject({ code, stdout: expect.stringContaining("stopped by its own threshold") as string });
});
