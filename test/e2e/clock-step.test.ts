import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { onlyRun, readSummary, rollcallWith, temporaryFolder, until } from "./rollcall.ts";
import { writeScenario } from "./scenario.ts";

const HOUR_MS = 3_600_000;

/** The wall clock of every process that loads this jumps when there is a file `step`; and each says that it was loaded. */
const preloadOf = (folder: string): string => `
import { existsSync, readFileSync, writeFileSync } from "node:fs";
const folder = ${JSON.stringify(folder)};
writeFileSync(folder + "/loaded-" + process.pid, "");
const Real = Date;
const now = () => Real.now() + (existsSync(folder + "/step") ? Number(readFileSync(folder + "/step", "utf8")) : 0);
globalThis.Date = class extends Real {
  constructor(...args) { if (args.length === 0) super(now()); else super(...args); }
  static now() { return now(); }
};
`;

it.each([
  ["forwards", HOUR_MS],
  ["backwards", -HOUR_MS],
])("a wall clock that jumps by an hour %s in mid-run moves no figure", async (_, step) => {
  await using folder = await temporaryFolder();
  const preload = join(folder.path, "clock.mjs");
  await writeFile(preload, preloadOf(folder.path));
  const scenario = await writeScenario(folder.path);
  const sets = ["load={constant: {rate: 20}, duration: 3s}", "fleet={}", "thresholds=[]"].flatMap((set) => [
    "--set",
    set,
  ]);
  const env = { NODE_OPTIONS: `--import ${pathToFileURL(preload).href}` };
  const results = join(folder.path, "results");
  const options = ["--simulate", "--preset", "instant", "--generators", "1", "--quiet", "--out", results];
  const running = rollcallWith(env, "run", scenario, ...options, ...sets);
  const journal = async (): Promise<string> => {
    const [run = ""] = await readdir(results).catch(() => []);
    return readFile(join(results, run, "journal-0.ndjson"), "utf8").catch(() => "");
  };
  const early = running.finished.then(({ stderr }) => expect.fail(`it ended before an outcome: ${stderr}`));
  await Promise.race([until(async () => (await journal()).includes('"kind":"outcome"')), early]);
  await writeFile(join(folder.path, "step"), String(step));
  const { stderr } = await running.finished;
  expect(stderr).not.toMatch(/^ {4}at /m);
  // The program, its generator and its simulator.
  expect((await readdir(folder.path)).filter((name) => name.startsWith("loaded-"))).toHaveLength(3);
  const { ledger, measured, seconds } = await readSummary(await onlyRun(results));
  expect(ledger).toMatchObject({ planned: 60, provisioned: 60, connected: 60, imbalances: [] });
  // Far above what a busy machine takes, far below the step.
  const most = HOUR_MS * 100;
  expect(measured.latencies.roundTrip.success.max).toBeLessThan(most);
  expect(measured.latencies.roundTrip.success.min).toBeGreaterThanOrEqual(0);
  expect(seconds.length).toBeLessThan(100);
});
