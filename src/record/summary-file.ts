import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Summary } from "../model/summary.ts";
import { type FileKind, readKept } from "./kept-file.ts";
import { summarySchema } from "./summary-schema.ts";
import { writeJson } from "./write-result.ts";

export const SUMMARY_NAME = "summary.json";

const SUMMARY: FileKind<Summary> = {
  what: "the summary of a run",
  version: 1,
  schema: summarySchema,
  hint: "Make it again from the journals: rollcall report <that run>",
};

/** Undefined: the run ended without one. Throws RollcallError "damaged-file" or "file-version". */
export function readSummaryFile(folder: string): Promise<Summary | undefined> {
  return readKept(join(folder, SUMMARY_NAME), SUMMARY);
}

/** A run writes it last of all. */
export function hasSummary(folder: string): Promise<boolean> {
  return stat(join(folder, SUMMARY_NAME)).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Whole or not at all. */
export function writeSummary(folder: string, summary: Summary): Promise<void> {
  return writeJson(folder, SUMMARY_NAME, summary);
}
