import { createReadStream, createWriteStream } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { EXIT, reasonOf, RollcallError } from "../model/error.ts";
import { makeFolder } from "./make-folder.ts";
import { isShownFile } from "./run-files.ts";
import { openRunFolder } from "./run-folder.ts";
import { SHARED_FOLDER } from "./whole-file.ts";

/** What is told from a name by its end: one file to send, or a folder. */
const ARCHIVE = /\.(?:tar\.gz|tgz)$/;
const OTHER_ARCHIVE = /\.(?:zip|7z|rar|tar|gz|xz|zst|bz2)$/i;

/**
 * Copies what others may see of a run (all that a report is made from, and no credential of a device) into an archive that is
 * not there yet, or into a folder that is new or empty. Gives the names. Throws RollcallError "run-folder" or "not-exported".
 */
export async function exportRun(folder: string, to: string): Promise<readonly string[]> {
  await openRunFolder(folder);
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && isShownFile(entry.name)).map(({ name }) => name);
  const sorted = names.toSorted();
  if (ARCHIVE.test(to)) await writeArchive(folder, sorted, to);
  else if (OTHER_ARCHIVE.test(to)) throw notExported(to, "only .tar.gz and .tgz are archives that it writes");
  else await copyFiles(folder, sorted, to);
  return sorted;
}

async function copyFiles(folder: string, names: readonly string[], to: string): Promise<void> {
  const there = await readdir(to).catch(() => []);
  if (there.length > 0) throw notExported(to, "it is not empty");
  try {
    await makeFolder(to, SHARED_FOLDER);
    // Not copyFile: a copy would be its owner's alone, as the run's own file is.
    for (const name of names) {
      await pipeline(createReadStream(join(folder, name)), createWriteStream(join(to, name), { flags: "wx" }));
    }
  } catch (error) {
    throw notExported(to, reasonOf(error), error);
  }
}

/** All names in it begin with the name of the run, so that unpacking it makes one folder. Nothing in it says who packed it. */
async function writeArchive(folder: string, names: readonly string[], to: string): Promise<void> {
  const { create } = await import("tar");
  let own = false;
  try {
    await makeFolder(dirname(to), SHARED_FOLDER);
    const file = createWriteStream(to, { flags: "wx" });
    file.once("open", () => (own = true));
    await pipeline(create({ gzip: true, portable: true, cwd: folder, prefix: basename(folder) }, [...names]), file);
  } catch (error) {
    // Half an archive is none; one that was there before is somebody's.
    if (own) await rm(to, { force: true });
    throw notExported(to, reasonOf(error), error);
  }
}

function notExported(to: string, why: string, cause?: unknown): RollcallError {
  return new RollcallError(
    "not-exported",
    `The run cannot be written to ${to}: ${why}.`,
    "Name a .tar.gz or a folder that is not there yet with -o (--output).",
    EXIT.usage,
    cause,
  );
}
