import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plan } from "../../src/model/plan.ts";
import { us } from "../../src/model/units.ts";
import { called, claimed, healthy, outcome, samplePlan, writeRun } from "../unit/summary/sample-run.ts";

/** Folders of results with runs that nobody made: their figures are what a test says, whatever its machine does. */

export interface MadeRun {
  readonly plan?: Partial<Plan>;
  /** Microseconds of event-loop delay; 40,000 are void. */
  readonly delay?: number;
}

let made = 0;
/** Folders are made one after the other: a later one has a later time in its name. */
const nextTime = (): string => {
  made += 1;
  return `20261129T08${String(made).padStart(4, "0")}Z`;
};

/** A run of 100 devices, each answered after so many milliseconds; gives its folder's name. */
export async function makeRun(results: string, ms: number, changes: MadeRun = {}): Promise<string> {
  const time = nextTime();
  const runId = `ba5e${made.toString(16).padStart(2, "0")}`;
  const devices = Array.from({ length: 100 }, (_, index) =>
    outcome(index, { roundTrip: us(Math.round(ms * 1_000) + index) }),
  );
  const logins = devices.map((_, index) => called(index));
  const health = healthy(1, { delay: changes.delay ?? 100 });
  const plan = samplePlan({ ...changes.plan, runId });
  const written = await writeRun(plan, [{ entries: [claimed(99), ...devices, health, ...logins] }]);
  const name = `sample-${time}-${runId}`;
  await mkdir(results, { recursive: true });
  await rename(written, join(results, name));
  return name;
}

/** Runs that differ a little from each other. */
export function makeSide(results: string, ms: number, runs = 5): Promise<readonly string[]> {
  return Promise.all(Array.from({ length: runs }, (_, index) => makeRun(results, ms * (1 + index / 100))));
}

/** Moves these runs into the folder of a repeat; gives its name. */
export async function makeRepeat(
  results: string,
  runs: readonly string[],
  targets: readonly string[] = ["own"],
): Promise<string> {
  const name = `repeat-${nextTime()}-0ff1ce`;
  await mkdir(join(results, name));
  for (const run of runs) await rename(join(results, run), join(results, name, run));
  const state = {
    version: 1,
    scenario: "s.yaml",
    planHash: "00ff",
    targets,
    times: runs.length,
    runs: runs.map((folder, index) => ({ side: index % targets.length === 0 ? "base" : "candidate", folder })),
  };
  await writeFile(join(results, name, "repeat.json"), JSON.stringify(state));
  return name;
}
