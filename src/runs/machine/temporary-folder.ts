import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EXIT, RollcallError } from "../../model/error.ts";
import { bareReason } from "../../record/results-folder.ts";

export interface TemporaryFolder extends Disposable {
  readonly path: string;
}

/** Those that have not been disposed of. */
const open = new Set<string>();

/** An empty folder, for its owner alone, until disposed of. Throws RollcallError "temporary-folder". */
export function openTemporaryFolder(purpose: string): TemporaryFolder {
  const place = tmpdir();
  let path: string;
  try {
    path = mkdtempSync(join(place, `rollcall-${purpose}-`));
  } catch (error) {
    throw new RollcallError(
      "temporary-folder",
      `Cannot write to ${place}, the folder for temporary files: ${bareReason(error)}.`,
      "Name another one with TMPDIR.",
      EXIT.usage,
      error,
    );
  }
  open.add(path);
  return {
    path,
    [Symbol.dispose]() {
      open.delete(path);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** For a program that leaves at once. */
export function removeTemporaryFolders(): void {
  for (const path of open) rmSync(path, { recursive: true, force: true });
  open.clear();
}
