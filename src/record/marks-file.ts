import { join } from "node:path";
import { z } from "zod";
import type { MarkRecord } from "../model/mark.ts";
import { appendNote, readNotes } from "./note-file.ts";
import { damagedFile, type Expected } from "./open-file.ts";

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

/** Rejects with the system's error. */
export function noteMark(folder: string, line: MarkRecord): Promise<void> {
  return appendNote(join(folder, MARKS_NAME), line, { sync: false });
}

/** By time. A line that a crash cut off is none. Throws RollcallError "damaged-file". */
export async function readMarks(folder: string): Promise<readonly MarkRecord[]> {
  const path = join(folder, MARKS_NAME);
  const marks = (await readNotes(path, MARKS, MOST_BYTES)).map(({ value, line }) => {
    const { data, success } = lineSchema.safeParse(value);
    if (!success) throw damagedFile(path, MARKS, `line ${line} is no mark of version 1`);
    return data;
  });
  return marks.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}
