import { stat } from "node:fs/promises";
import { EXIT, RollcallError } from "../model/error.ts";
import { readJournal } from "./journal.ts";
import type { GeneratorFile } from "./run-folder.ts";
import { hasSummary } from "./summary-file.ts";

/** A generator writes a line a second: a journal at rest for so long has no writer. */
const AT_REST_MS = 4_000;

/**
 * Makes sure that nobody writes to a run's folder any more: its results are written, or each journal has its end or is at
 * rest. Generators that lost their parent finish what they have. `now`: milliseconds since 1970. Throws RollcallError
 * "run-not-over".
 */
export async function requireOver(
  folder: string,
  journals: readonly Pick<GeneratorFile, "path">[],
  now: number,
): Promise<void> {
  if (await hasSummary(folder)) return;
  for (const { path } of journals) {
    const { mtimeMs } = await stat(path);
    if (now - mtimeMs > AT_REST_MS || (await hasFooter(path))) continue;
    throw new RollcallError(
      "run-not-over",
      `The run is not over, it is still running: ${path} was written to a moment ago.`,
      "Wait for its end; after a crash, for some seconds.",
      EXIT.usage,
    );
  }
}

async function hasFooter(path: string): Promise<boolean> {
  for await (const line of readJournal(path)) if (line.kind === "footer") return true;
  return false;
}
