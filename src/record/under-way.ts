import { stat } from "node:fs/promises";
import { join } from "node:path";
import { EXIT, RollcallError } from "../model/error.ts";
import { parseJournalLine } from "./journal-check.ts";
import { PLAN_NAME } from "./plan-file.ts";
import { readLastLine } from "./read-lines.ts";
import type { RunFiles } from "./run-folder.ts";
import { hasSummary } from "./summary-file.ts";

/** A generator writes a line a second: a journal at rest for so long has no writer. */
const AT_REST_MS = 4_000;

/** Workers send what they have written every 5 s, and a send may fail and be made again. */
const AT_REST_ON_BUS_MS = 20_000;

/**
 * The file of a run's folder that was written to a moment ago and has no end; undefined: nobody writes there any more, for
 * its results are written, or each journal has its end or is at rest. `now`: milliseconds since 1970.
 */
export async function writtenFile(
  folder: string,
  { journals, members }: Pick<RunFiles, "journals" | "members">,
  now: number,
): Promise<string | undefined> {
  if (await hasSummary(folder)) return undefined;
  const atRest = members === undefined ? AT_REST_MS : AT_REST_ON_BUS_MS;
  // Before its first journal a run has its plan.
  const paths = journals.length === 0 ? [join(folder, PLAN_NAME)] : journals.map(({ path }) => path);
  for (const path of paths) {
    const { mtimeMs } = await stat(path);
    if (now - mtimeMs > atRest || (journals.length > 0 && (await hasFooter(path)))) continue;
    return path;
  }
  return undefined;
}

/**
 * Makes sure that nobody writes to a run's folder any more. Generators that lost their parent finish what they have. `now`:
 * milliseconds since 1970. Throws RollcallError "run-not-over".
 */
export async function requireOver(
  folder: string,
  files: Pick<RunFiles, "journals" | "members">,
  now: number,
): Promise<void> {
  const path = await writtenFile(folder, files, now);
  if (path === undefined) return;
  throw new RollcallError(
    "run-not-over",
    `The run is not over, it is still running: ${path} was written to a moment ago.`,
    "Wait for its end; after a crash, for some seconds.",
    EXIT.usage,
  );
}

/** Nothing follows a footer; a journal under way may have gigabytes, which are not read for that. */
async function hasFooter(path: string): Promise<boolean> {
  const last = await readLastLine(path);
  return last !== undefined && parseJournalLine(last, 0).kind === "footer";
}
