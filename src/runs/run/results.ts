import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createFleetNames } from "../../fleet/fleet.ts";
import { EXIT, RollcallError } from "../../model/error.ts";
import type { Summary } from "../../model/summary.ts";
import { writeResult } from "../../record/run-folder.ts";
import type { ReportOptions } from "../../report/report.ts";
import { type ReportName, reports } from "../../report/reports.ts";
import { type FoldedRun, foldRun, writeSummary } from "../../summary/fold.ts";
import { readPlan } from "./run-folder.ts";

/** Files that every run's folder has beside summary.json, and the report in each. */
const FILES: readonly (readonly [string, ReportName])[] = [
  ["report.txt", "text"],
  ["latency.hlog", "hlog"],
  ["latency.hgrm", "hgrm"],
];
/** Of report.txt, which is read wherever it is sent. */
export const FILE_OPTIONS: ReportOptions = { color: false, width: 100 };

/** Reads what the generators wrote. Devices that a crashed one had claimed get their names from the fleet. */
export async function readResults(folder: string): Promise<FoldedRun> {
  return foldRun(folder, { nameOf: createFleetNames(await readPlan(folder)) });
}

/** The summary as it was written, which is what its journals give; from them where a run ended without one. */
export async function readSummary(folder: string): Promise<Summary> {
  const written = await readFile(join(folder, "summary.json"), "utf8").catch(() => undefined);
  return written === undefined ? (await readResults(folder)).summary : (JSON.parse(written) as Summary);
}

/** Throws RollcallError "results-not-written". */
export async function writeResults(folder: string, run: FoldedRun): Promise<void> {
  try {
    await writeSummary(folder, run);
    for (const [name, report] of FILES) {
      await writeResult(folder, name, reports[report].render(run, FILE_OPTIONS));
    }
  } catch (error) {
    throw new RollcallError(
      "results-not-written",
      `The results cannot be written to ${folder}: ${(error as Error).message}.`,
      "Make room or give write access, then write them again with: rollcall report <that folder>.",
      EXIT.usage,
      error,
    );
  }
}
