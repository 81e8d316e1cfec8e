import { randomBytes } from "node:crypto";
import { rename, rm, stat, writeFile } from "node:fs/promises";

/** Results name devices and servers: they are their owner's. */
export const OWN_FILE = 0o600;
export const OWN_FOLDER = 0o700;
/** Of what is made to be given to others: as the user's mask has it. */
export const SHARED_FOLDER = 0o777;

/**
 * Writes a file whole or not at all, whatever ends the process or fills the disk: under another name beside it first. What
 * is there and is no file (/dev/stdout, a pipe) is written to as it is. Rejects with the system's error,
 * which says of a write that failed no path, but here has it.
 */
export async function writeWholeFile(path: string, text: string | Uint8Array, mode = OWN_FILE): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined && !there.isFile()) return writeFile(path, text);
  // Two that write the same file at once must not write into each other's part.
  const part = `${path}.${randomBytes(4).toString("hex")}.part`;
  try {
    await writeFile(part, text, { mode, flag: "wx" });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error instanceof Error && !error.message.includes(path) ? Object.assign(error, { path }) : error;
  }
}
