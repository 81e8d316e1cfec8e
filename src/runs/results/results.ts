import { createFleetNames } from "../../fleet/fleet.ts";
import { EXIT, reasonOf, RollcallError } from "../../model/error.ts";
import type { Summary } from "../../model/summary.ts";
import { writeResult } from "../../record/write-result.ts";
import { FILE_OPTIONS } from "../../report/report.ts";
import { type ReportName, reports } from "../../report/reports.ts";
import { readSummaryFile, writeSummary } from "../../record/summary-file.ts";
import { type FoldedRun, foldRun } from "../../summary/fold.ts";
import { readPlan } from "../../record/plan-file.ts";
import { shellWord } from "../../writing/shell-word.ts";

/** Files that every run's folder has beside summary.json, and the report in each. */
const FILES: readonly (readonly [string, ReportName])[] = [
  ["report.txt", "text"],
  ["latency.hlog", "hlog"],
  ["latency.hgrm", "hgrm"],
];

/** Reads what the generators wrote. Devices that a crashed one had claimed get their names from the fleet. */
export async function readResults(folder: string): Promise<FoldedRun> {
  return foldRun(folder, { nameOf: createFleetNames(await readPlan(folder)) });
}

/** The summary as it was written, which is what its journals give; from them where a run ended without one. */
export async function readSummary(folder: string): Promise<Summary> {
  return (await readSummaryFile(folder)) ?? (await readResults(folder)).summary;
}

/** Throws RollcallError "results-not-written". */
export async function writeResults(folder: string, run: FoldedRun): Promise<void> {
  try {
    await writeSummary(folder, run.summary);
    for (const [name, report] of FILES) {
      await writeResult(folder, name, await reports[report].render(run, FILE_OPTIONS));
    }
  } catch (error) {
    throw new RollcallError(
      "results-not-written",
      `The results cannot be written to ${folder}: ${reasonOf(error)}.`,
      `Make room or give write access, then write them again with: rollcall report ${shellWord(folder)}`,
      EXIT.usage,
      error,
    );
  }
}
