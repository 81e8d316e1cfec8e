import { join } from "node:path";
import { RUNS_TO_DECIDE } from "../../compare/compare.ts";
import { EXIT, type ExitCode } from "../../model/error.ts";
import type { RepeatState } from "../../record/series-files.ts";
import { readSummary } from "../results/results.ts";
import type { Voice } from "../world.ts";

export interface FailedRun {
  /** Name of its folder inside the series' folder. */
  readonly name: string;
  readonly exitCode: ExitCode;
  readonly headline: string;
}

/** Those of a series that did not pass, whichever sitting made them: missed thresholds, a roll call that failed. */
export async function failedRuns(folder: string, { runs }: RepeatState): Promise<readonly FailedRun[]> {
  const failed: FailedRun[] = [];
  for (const { folder: name } of runs) {
    const { exitCode, headline } = (await readSummary(join(folder, name))).verdict;
    if (exitCode !== EXIT.pass) failed.push({ name, exitCode, headline });
  }
  return failed;
}

/** Before the first run, as the time for more is then. */
export function warnOfFewRuns({ warn }: Pick<Voice, "warn">, times: number): void {
  if (times >= RUNS_TO_DECIDE) return;
  warn(`--times ${times} cannot decide: a comparison needs ${RUNS_TO_DECIDE} runs a side, and ends with 6 below that.`);
}
