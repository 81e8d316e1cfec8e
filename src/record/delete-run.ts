import { lstat, readdir, realpath, rmdir, unlink } from "node:fs/promises";
import { join, sep } from "node:path";
import { EXIT, reasonOf, RollcallError } from "../model/error.ts";
import { PLAN_NAME } from "./plan-file.ts";
import { isRunFile } from "./run-files.ts";
import { openRunFolder } from "./run-folder.ts";
import { requireOver } from "./under-way.ts";

const SERIES_FILE = /^(?:(?:repeat|search|result)\.json|trials\.csv|search\.(?:html|xml))(?:\.[0-9a-f]{8}\.part)?$/;

/** What goes together: runs, and the series that they are of. Paths are from the results folder. */
export interface Deletion {
  readonly results: string;
  readonly runs: readonly string[];
  /** `last`: the file by which it is known. */
  readonly series: { readonly path: string; readonly last: string } | undefined;
}

/** A folder that may go, with the files in it. */
interface Ready {
  readonly folder: string;
  readonly names: readonly string[];
  readonly last: string;
}

/**
 * Takes folders of runs and of their series away: the files that rollcall writes, one by one, that by which each is known
 * last, then the empty folder. Nothing else is ever touched: what is no run, is not over, lies elsewhere by a symbolic link,
 * or has a file of somebody else in it is told, and then all stays as it is. `now`: milliseconds since 1970. Throws
 * RollcallError "not-pruned".
 */
export async function deleteTogether({ results, runs, series }: Deletion, now: number): Promise<void> {
  const ready: Ready[] = [];
  for (const path of runs) ready.push(await readyRun(results, path, now));
  if (series !== undefined) {
    const folder = await ownFolder(results, series.path);
    const within = new Set(ready.map((run) => run.folder));
    ready.push({ folder, names: await namesIn(folder, (name) => SERIES_FILE.test(name), within), last: series.last });
  }
  for (const { folder, names, last } of ready) await deleteFiles(folder, names, last);
}

async function readyRun(results: string, path: string, now: number): Promise<Ready> {
  const folder = await ownFolder(results, path);
  const files = await openRunFolder(folder);
  await requireOver(folder, files, now);
  return { folder, names: await namesIn(folder, isRunFile, new Set()), last: PLAN_NAME };
}

/** Nothing on the way is a symbolic link. Throws RollcallError "not-pruned". */
async function ownFolder(results: string, path: string): Promise<string> {
  const root = await realpath(results);
  const folder = join(root, path);
  const found = await lstat(folder);
  if (found.isDirectory() && (await realpath(folder)) === folder && folder.startsWith(root + sep)) return folder;
  throw notPruned(join(results, path), "it lies elsewhere, by a symbolic link");
}

/** Names of its files; the folders `within` it are spoken for. */
async function namesIn(
  folder: string,
  isOwn: (name: string) => boolean,
  within: ReadonlySet<string>,
): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const others = entries.filter((entry) => !within.has(join(folder, entry.name)));
  const foreign = others.find((entry) => !entry.isFile() || !isOwn(entry.name));
  if (foreign !== undefined) throw notPruned(folder, `${JSON.stringify(foreign.name)} in it is not of rollcall`);
  return others.map(({ name }) => name);
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
