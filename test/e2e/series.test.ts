import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { EXIT } from "../../src/model/error.ts";
import type { RepeatState, SearchState } from "../../src/record/series-files.ts";
import { onlyRun, rollcall, rollcallHere, temporaryFolder, until } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

const THIRTY_A_SECOND = ["--set", "load={constant: {rate: 30}}", "--set", "thresholds=[]"];

it("repeat makes runs with fresh names that compare takes by their folder, and goes on where it ended", async () => {
  await using out = await temporaryFolder();
  const scenario = await writeScenario(out.path);
  const results = join(out.path, "results");
  // A slow server, so that a machine busy with other work can still measure it.
  const server = ["--simulate", "--preset", "instant", "--fault", "delay:1:400"];
  const args = ["repeat", scenario, ...THIRTY_A_SECOND, ...server, "--cool-down", "0", "--out", results];
  const first = await rollcallHere(...args, "--times", "1").finished;
  expect(first).toMatchObject({ code: 0 });
  expect(first.stderr).toContain(
    "--times 1 cannot decide: a comparison needs 5 runs a side, and ends with 6 below that.",
  );
  expect(first.stdout).toContain("Compare: rollcall compare");
  const series = await onlyRun(results);
  expect(await rollcallHere(...args, "--times", "2", "--resume", series).finished).toMatchObject({ code: 0 });
  // A void run is made again, and its folder stays.
  const state = JSON.parse(await readFile(join(series, "repeat.json"), "utf8")) as RepeatState;
  const runs = state.runs.map(({ folder }) => folder);
  expect(runs).toHaveLength(2);
  const prefixes = runs.map(async (run) => JSON.parse(await readFile(join(series, run, "plan.json"), "utf8")).prefix);
  expect(new Set(await Promise.all(prefixes)).size).toBe(2);

  const compared = await rollcallHere("compare", series, "--", series).finished;
  expect(compared).toMatchObject({ code: EXIT.undecided });
  expect(compared.stdout).toContain("Not enough runs to tell: 2 against 2");
});

it.each([
  [["thresholds=['roundTrip.p50 < 1ms']"], [], EXIT.threshold, "threshold missed"],
  [["thresholds=[]"], ["--fault", "refuses-good:1"], EXIT.rollCall, "refused"],
])(
  "repeat says in its exit code that its runs failed, also of runs made before it was resumed: %j",
  async (sets, more, code, why) => {
    await using out = await temporaryFolder();
    const scenario = await writeScenario(out.path);
    const results = join(out.path, "results");
    const server = ["--simulate", "--preset", "instant", "--fault", "delay:1:400", ...more];
    const set = sets.flatMap((one) => ["--set", one]);
    const args = ["repeat", scenario, ...THIRTY_A_SECOND, ...set, ...server, "--cool-down", "0", "--times", "1"];
    const first = await rollcallHere(...args, "--out", results).finished;
    expect(first).toMatchObject({ code, stderr: expect.stringContaining(why) });
    const again = await rollcallHere(...args, "--resume", await onlyRun(results)).finished;
    expect(again).toMatchObject({ code, stderr: expect.stringContaining(why) });
  },
  60_000,
);

it("search and repeat end at Ctrl-C between two runs, say how to go on, and do so with what they have", async () => {
  await using out = await temporaryFolder();
  const scenario = await writeScenario(out.path);
  const server = ["--simulate", "--preset", "instant", "--fault", "delay:1:50", "--generators", "1"];
  const searching = ["search", scenario, ...server, "--set", "rollCall=off", "--criterion", "failureRate < 1%"];
  // One rate, tried until its verdict leads by two; the cool-down lasts until somebody ends it.
  const one = ["--start", "20", "--lowest", "20", "--highest", "20", "--duration", "2", "--cool-down", "600"];
  const search = rollcall(...searching, ...one, "--out", join(out.path, "search"));
  await search.shows("first trial");
  search.child.kill("SIGINT");
  const searched = await search.finished;
  expect(searched).toMatchObject({ code: 130, stderr: expect.stringContaining("--resume") });
  const folder = await onlyRun(join(out.path, "search"));
  const before = JSON.parse(await readFile(join(folder, "search.json"), "utf8")) as SearchState;
  expect(before.trials).toHaveLength(1);

  const repeating = [
    "repeat",
    scenario,
    ...THIRTY_A_SECOND,
    ...server,
    "--times",
    "2",
    "--out",
    join(out.path, "repeat"),
  ];
  const repeat = rollcall(...repeating, "--cool-down", "600");
  await until(async () => repeat.output().startsWith("1/2"));
  repeat.child.kill("SIGINT");
  expect(await repeat.finished).toMatchObject({ code: 130, stderr: expect.stringContaining("--resume") });

  // A busy machine may void any of them, so that only what was kept is looked at.
  const resumed = await rollcallHere(...searching, "--resume", folder, "--most-trials", "2").finished;
  expect(resumed).toMatchObject({ stdout: expect.stringContaining(before.trials[0]?.runId ?? "no trial") });
}, 120_000);

it("search does not go on with another scenario than it began with", async () => {
  await using out = await temporaryFolder();
  const scenario = await writeScenario(out.path);
  const kept = JSON.parse(
    await readFile(join(import.meta.dirname, "../golden/runs-0.1.0/series/search.json"), "utf8"),
  ) as object;
  await writeFile(join(out.path, "search.json"), JSON.stringify({ ...kept, scenario }));
  const { code, stderr } = await rollcallHere("search", scenario, "--simulate", "--resume", out.path).finished;
  expect(stderr).toContain("the scenario, with these options, is another than it was");
  expect(code).toBe(2);
});

it("repeat ends with the first run of a dead server, which is not counted", async () => {
  await using out = await temporaryFolder();
  const scenario = await writeScenario(out.path);
  const at = ["--host", "127.0.0.1", "--port", "1", "--out", join(out.path, "results"), "--times", "5"];
  const { code, stdout, stderr } = await rollcallHere("repeat", scenario, ...at).finished;
  expect(stdout.trim().split("\n")).toHaveLength(1);
  expect(stderr).toContain("Not one device was provisioned");
  expect(code).toBe(4);
});
