import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { onlyRun, rollcall, temporaryFolder } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

const THIRTY_A_SECOND = ["--set", "load={constant: {rate: 30}}", "--set", "thresholds=[]"];

it("repeat makes runs with fresh names that compare takes by their folder, and goes on where it ended", async () => {
  await using out = await temporaryFolder();
  const scenario = await writeScenario(out.path);
  const results = join(out.path, "results");
  const args = ["repeat", scenario, ...THIRTY_A_SECOND, "--simulate", "--cool-down", "0", "--out", results];
  const first = await rollcall(...args, "--times", "1").finished;
  expect(first).toMatchObject({ code: 0 });
  expect(first.stdout).toContain("Compare: rollcall compare");
  const series = await onlyRun(results);
  expect(await rollcall(...args, "--times", "2", "--resume", series).finished).toMatchObject({ code: 0 });
  const runs = (await readdir(series)).filter((name) => name !== "repeat.json");
  expect(runs).toHaveLength(2);
  const prefixes = runs.map(async (run) => JSON.parse(await readFile(join(series, run, "plan.json"), "utf8")).prefix);
  expect(new Set(await Promise.all(prefixes)).size).toBe(2);

  const compared = await rollcall("compare", series, "--", series).finished;
  expect(compared).toMatchObject({ code: 0 });
  expect(compared.stdout).toContain("Not enough runs to tell: 2 against 2");
});
