import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf, EXIT, reasonOf, RollcallError } from "../model/error.ts";
import { shellWord } from "../writing/shell-word.ts";

/** What a file should be, and what to do if it is not. */
export interface Expected {
  /** "the plan of a run". */
  readonly what: string;
  /** `<that run>` stands for the folder that the file is in. */
  readonly hint: string;
}

/** A pipe without a writer would be waited for without end. */
const NONBLOCKING = constants.O_RDONLY | constants.O_NONBLOCK;

/** Opens a file to read it. Throws RollcallError "damaged-file", also where there is none or it is no file. */
export async function openFile(path: string, expected: Expected): Promise<FileHandle> {
  const file = await openIfAny(path, expected);
  if (file === undefined) throw damagedFile(path, expected, "it is not there");
  return file;
}

/** As `openFile`; undefined: there is none. */
export async function openIfAny(path: string, expected: Expected): Promise<FileHandle | undefined> {
  try {
    const file = await open(path, NONBLOCKING);
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw cannotRead(path, expected, error);
  }
  throw damagedFile(path, expected, "it is not a file");
}

/** Reads on in a file that could be opened. Throws RollcallError "damaged-file" where the system cannot: a disk may fail. */
export async function readFrom<T>(path: string, expected: Expected, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw cannotRead(path, expected, error);
  }
}

function cannotRead(path: string, expected: Expected, error: unknown): RollcallError {
  return damagedFile(path, expected, `it cannot be read (${reasonOf(error)})`);
}

export function damagedFile(path: string, { what, hint }: Expected, why: string): RollcallError {
  const remedy = hint.replace("<that run>", () => shellWord(dirname(path)));
  return new RollcallError("damaged-file", `${path} is not ${what} as rollcall writes it: ${why}.`, remedy, EXIT.usage);
}

function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ENOENT" || code === "ENOTDIR";
}
