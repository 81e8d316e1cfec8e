import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { getCurrentTest } from "vitest/suite";

/** Folders that belong to a whole file of tests. */
const ofFile = new Set<string>();

/**
 * An empty folder. Made in a test or before each one, it is gone when that test has finished; made anywhere else, when the last
 * test of the file has. Tests that run at the same time (`concurrent`) take `temporaryFolder`.
 */
export function testFolder(): string {
  const path = mkdtempSync(join(tmpdir(), "t-"));
  if (getCurrentTest() === undefined) ofFile.add(path);
  else onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** An empty folder that is gone at the end of its block. */
export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = mkdtempSync(join(tmpdir(), "t-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/**
 * The end of a file of tests, whose own folder for temporary files goes away. Throws where something is left in it: a test did
 * not clean up, or the program did not.
 */
export function closeTemporary(folder: string): void {
  for (const path of ofFile) rmSync(path, { recursive: true, force: true });
  ofFile.clear();
  const left = readdirSync(folder);
  rmSync(folder, { recursive: true, force: true });
  if (left.length === 0) return;
  const remedy =
    "A test makes its folders with test/support/temporary-folder.ts; the program removes its own before it ends.";
  throw new Error(`Left in the folder for temporary files: ${left.toSorted().join(", ")}. ${remedy}`);
}
