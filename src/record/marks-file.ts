import { open } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { MarkRecord } from "../model/mark.ts";
import { damagedFile, type Expected, openIfAny } from "./open-file.ts";
import { OWN_FILE } from "./whole-file.ts";

export const MARKS_NAME = "marks.ndjson";
const MOST_BYTES = 4 * 1_024 * 1_024;
const MARKS: Expected = { what: "the marks of a run", hint: "Move it out of the run's folder." };
/** A mark is a remark, not a text. */
export const LONGEST_MARK = 200;

const lineSchema: z.ZodType<MarkRecord> = z.strictObject({
  version: z.literal(1),
  at: z.iso.datetime(),
  text: z.string().max(LONGEST_MARK),
});

/** A line begins with its newline: one that a crash cut off ends there. Rejects with the system's error. */
export async function noteMark(folder: string, line: MarkRecord): Promise<void> {
  await using file = await open(join(folder, MARKS_NAME), "a", OWN_FILE);
  await file.appendFile(`\n${JSON.stringify(line)}`);
}

/** By time. A line that a crash cut off is none. Throws RollcallError "damaged-file". */
export async function readMarks(folder: string): Promise<readonly MarkRecord[]> {
  const path = join(folder, MARKS_NAME);
  await using file = await openIfAny(path, MARKS);
  if (file === undefined) return [];
  const { size } = await file.stat();
  if (size > MOST_BYTES) throw damagedFile(path, MARKS, `it has ${size} bytes`);
  const lines = (await file.readFile("utf8")).split("\n").flatMap((line, index) => {
    const value = parseJson(line);
    if (value === undefined) return [];
    const { data, success } = lineSchema.safeParse(value);
    if (!success) throw damagedFile(path, MARKS, `line ${index + 1} is no mark of version 1`);
    return [data];
  });
  return lines.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Undefined: cut off, or empty. */
function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
