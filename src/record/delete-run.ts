import { lstat, readdir, realpath, rmdir, unlink } from "node:fs/promises";
import { join, sep } from "node:path";
import { EXIT, reasonOf, RollcallError } from "../model/error.ts";
import { readPlan } from "./plan-file.ts";
import { openRunFolder } from "./run-folder.ts";
import { requireOver } from "./under-way.ts";

/** Every name that rollcall gives to a file in a run's folder, and what is left of one that was cut off while it was written. */
const RUN_FILE =
  /^(?:(?:journal|roster)-\d+\.ndjson|(?:plan|summary|server|brake|calibration|labels|marks|workers|verify-\d{8}T\d{6}Z)\.json|report\.(?:txt|html|xml|json)|latency\.(?:hlog|hgrm)|unknown[\w-]*\.txt|resumed-by)(?:\.[0-9a-f]{8}\.part)?$/;
const SERIES_FILE = /^(?:(?:repeat|search|result)\.json|trials\.csv|search\.(?:html|xml))(?:\.[0-9a-f]{8}\.part)?$/;

/**
 * Takes a run's folder away: the files that rollcall writes, one by one, its plan last, then the empty folder. Nothing else is
 * ever touched: what is no run, is not over, lies elsewhere by a symbolic link, or has a file of somebody else in it is told
 * and left as it is. `now`: milliseconds since 1970. Throws RollcallError "not-pruned".
 */
export async function deleteRunFolder(results: string, path: string, now: number): Promise<void> {
  const folder = await ownFolder(results, path);
  const { journals } = await openRunFolder(folder);
  await requireOver(folder, journals, now);
  await readPlan(folder);
  await deleteFiles(folder, await namesIn(folder, RUN_FILE), "plan.json");
}

/** The same for what is left of a series when its runs are gone. `last`: the file by which it is known. */
export async function deleteSeriesFolder(results: string, path: string, last: string): Promise<void> {
  const folder = await ownFolder(results, path);
  await deleteFiles(folder, await namesIn(folder, SERIES_FILE), last);
}

/** Nothing on the way is a symbolic link. Throws RollcallError "not-pruned". */
async function ownFolder(results: string, path: string): Promise<string> {
  const root = await realpath(results);
  const folder = join(root, path);
  const found = await lstat(folder);
  if (found.isDirectory() && (await realpath(folder)) === folder && folder.startsWith(root + sep)) return folder;
  throw notPruned(join(results, path), "it lies elsewhere, by a symbolic link");
}

async function namesIn(folder: string, known: RegExp): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const foreign = entries.find((entry) => !entry.isFile() || !known.test(entry.name));
  if (foreign !== undefined) throw notPruned(folder, `${JSON.stringify(foreign.name)} in it is not of rollcall`);
  return entries.map(({ name }) => name);
}

/** Of one that is stopped halfway, what is left is still known for what it is. */
async function deleteFiles(folder: string, names: readonly string[], last: string): Promise<void> {
  try {
    for (const name of names) if (name !== last) await unlink(join(folder, name));
    if (names.includes(last)) await unlink(join(folder, last));
    await rmdir(folder);
  } catch (error) {
    throw notPruned(folder, reasonOf(error));
  }
}

function notPruned(folder: string, why: string): RollcallError {
  return new RollcallError(
    "not-pruned",
    `${folder} stays: ${why}.`,
    "Look at it, and take it away by hand.",
    EXIT.usage,
  );
}
