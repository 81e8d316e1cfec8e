import { constants } from "node:fs";
import { copyFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { EXIT, reasonOf, RollcallError } from "../model/error.ts";
import { makeFolder } from "./make-folder.ts";
import { isShownFile } from "./run-files.ts";
import { openRunFolder } from "./run-folder.ts";

/**
 * Copies what others may see of a run into a folder that is new or empty: all that a report is made from, and no credential
 * of a device. Gives the names. Throws RollcallError "run-folder" or "not-exported".
 */
export async function exportRun(folder: string, to: string): Promise<readonly string[]> {
  await openRunFolder(folder);
  const there = await readdir(to).catch(() => []);
  if (there.length > 0) throw notExported(to, "it is not empty");
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && isShownFile(entry.name)).map(({ name }) => name);
  try {
    await makeFolder(to);
    for (const name of names) await copyFile(join(folder, name), join(to, name), constants.COPYFILE_EXCL);
  } catch (error) {
    throw notExported(to, reasonOf(error), error);
  }
  return names.toSorted();
}

function notExported(to: string, why: string, cause?: unknown): RollcallError {
  return new RollcallError(
    "not-exported",
    `The run cannot be written to ${to}: ${why}.`,
    "Name a folder that is not there yet with -o (--output).",
    EXIT.usage,
    cause,
  );
}
