import { join } from "node:path";
import { z } from "zod";
import { type CommandRecord, LONGEST_MARK, type MarkRecord } from "../model/mark.ts";
import { appendNote, readNotes } from "./note-file.ts";
import { damagedFile, type Expected } from "./open-file.ts";

export const MARKS_NAME = "marks.ndjson";
const MOST_BYTES = 4 * 1_024 * 1_024;
const MARKS: Expected = { what: "the marks of a run", hint: "Move it out of the run's folder." };
export const commandSchema: z.ZodType<CommandRecord> = z.strictObject({
  run: z.string(),
  ended: z.string().exactOptional(),
  succeeded: z.boolean().exactOptional(),
  took: z.number().nonnegative().exactOptional(),
  output: z.string().exactOptional(),
});
const lineSchema: z.ZodType<MarkRecord> = z.strictObject({
  version: z.literal(1),
  at: z.iso.datetime(),
  text: z.string().max(LONGEST_MARK),
  command: commandSchema.exactOptional(),
});

/** Rejects with the system's error. */
export function noteMark(folder: string, line: MarkRecord): Promise<void> {
  return appendNote(join(folder, MARKS_NAME), line, { sync: false });
}

/** By time; of two lines of one command the later one, which has its end. A line that a crash cut off is none. Throws RollcallError "damaged-file". */
export async function readMarks(folder: string): Promise<readonly MarkRecord[]> {
  const path = join(folder, MARKS_NAME);
  const marks = (await readNotes(path, MARKS, MOST_BYTES)).map(({ value, line }) => {
    const { data, success } = lineSchema.safeParse(value);
    if (!success) throw damagedFile(path, MARKS, `line ${line} is no mark of version 1`);
    return data;
  });
  const begun = (mark: MarkRecord): boolean =>
    mark.command !== undefined && mark.command.ended === undefined && marks.some((end) => endsIt(mark, end));
  return marks.filter((mark) => !begun(mark)).toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

const endsIt = (begun: MarkRecord, end: MarkRecord): boolean =>
  end.command?.ended !== undefined && end.at === begun.at && end.command.run === begun.command?.run;
