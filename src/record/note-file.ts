import { open } from "node:fs/promises";
import { jsonText } from "../writing/json-text.ts";
import { damagedFile, type Expected, openIfAny, readFrom } from "./open-file.ts";
import { OWN_FILE } from "./whole-file.ts";
import { formatCount } from "../writing/notation.ts";

/** A line of a file of notes. */
export interface Note {
  readonly value: unknown;
  /** From 1. */
  readonly line: number;
}

/**
 * Adds a line of JSON to a file that only grows, for its owner alone. A line begins with its newline: one that a crash cut
 * off ends there. `sync`: it is on the disk when this resolves, as what is asked of a server next needs it. Rejects with the
 * system's error.
 */
export async function appendNote(path: string, value: unknown, { sync }: { readonly sync: boolean }): Promise<void> {
  await using file = await open(path, "a", OWN_FILE);
  await file.appendFile(`\n${jsonText(value)}`);
  if (sync) await file.sync();
}

/**
 * In the order in which they were written; no file: none. What a crash cut off, and an empty line, is none. `mostBytes`: a larger
 * file is not read. Throws RollcallError "damaged-file".
 */
export async function readNotes(path: string, expected: Expected, mostBytes: number): Promise<readonly Note[]> {
  await using file = await openIfAny(path, expected);
  if (file === undefined) return [];
  const { size } = await file.stat();
  if (size > mostBytes) throw damagedFile(path, expected, `it has ${formatCount(size)} bytes`);
  const text = await readFrom(path, expected, () => file.readFile("utf8"));
  return text.split("\n").flatMap((note, index) => {
    const value = parseJson(note);
    return value === undefined ? [] : [{ value, line: index + 1 }];
  });
}

/** Undefined: it is not JSON, of which nothing is undefined. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
