import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { OWN_FOLDER } from "./whole-file.ts";

/**
 * Makes a folder and what it lies in, as far as they are missing, for their owner alone if `mode` does not say otherwise. Not by
 * Node's recursive mkdir: below a folder that is there and takes no others (/proc), it never ends. Rejects with the system's error.
 */
export async function makeFolder(folder: string, mode = OWN_FOLDER): Promise<void> {
  const path = resolve(folder);
  if (await isFolder(path)) return;
  const parent = dirname(path);
  if (!(await isFolder(parent))) await makeFolder(parent, mode);
  await mkdir(path, { mode }).catch(async (error: unknown) => {
    // Somebody else may have been faster.
    if (!(await isFolder(path))) throw error;
  });
}

export function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
