import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** As writeResult, with the value as JSON that people can read. */
export function writeJson(folder: string, name: string, value: unknown): Promise<void> {
  return writeResult(folder, name, `${JSON.stringify(value, undefined, 2)}\n`);
}

/** Writes a result file of a run whole or not at all: under another name first. */
export async function writeResult(folder: string, name: string, text: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(`${path}.part`, text);
  await rename(`${path}.part`, path);
}
