import { damagedFile, openFile, readFrom } from "./open-file.ts";
import { formatSize } from "../writing/notation.ts";

/** Asked of the system at once. */
const CHUNK_BYTES = 256 * 1_024;
/**
 * Of lines, handed out at once. What is made of them lives until the next are asked for: of few, V8 finds little alive when it
 * collects its young generation, which stays small then, and makes none of it in the old one.
 */
const BATCH_BYTES = 16 * 1_024;
const NEWLINE = 10;

const WHAT = {
  what: "a file of lines",
  hint: "Take the file from a copy of the run's folder.",
} as const;

/**
 * Some lines of a file in order, as they are in it: `bytes` ends with a newline, or is empty. `torn` is the rest behind the last
 * newline, in the last batch only. Both are gone as soon as the next batch is asked for.
 */
export interface LineBatch {
  readonly bytes: Buffer;
  readonly torn: Buffer | undefined;
}

/** More than any line that rollcall writes; whatever is longer would take memory and time without end. */
const LONGEST_LINE_BYTES = 16 * 1_024 * 1_024;

/**
 * Reads a file in pieces, so that memory does not grow with it (a longer line is kept whole). Batches
 * instead of single lines: an await for each would cost more than its parsing. Throws RollcallError "damaged-file".
 */
export async function* readLines(path: string): AsyncGenerator<LineBatch> {
  await using file = await openFile(path, WHAT);
  // Behind the rest of a line, of which most are short, the next piece is read: then nothing is copied but that rest.
  let room = Buffer.allocUnsafe(2 * CHUNK_BYTES);
  let rest = 0;
  for (;;) {
    if (room.length < rest + CHUNK_BYTES) room = Buffer.concat([room], 2 * room.length);
    const { bytesRead } = await readFrom(path, WHAT, () => file.read(room, rest, CHUNK_BYTES));
    if (bytesRead === 0) break;
    const filled = rest + bytesRead;
    // Cut at bytes, before decoding: a character of several bytes is then never split.
    const end = room.lastIndexOf(NEWLINE, filled - 1) + 1;
    rest = filled - end;
    if (rest > LONGEST_LINE_BYTES)
      throw damagedFile(path, WHAT, `a line of it has more than ${formatSize(LONGEST_LINE_BYTES)}`);
    if (end === 0) continue;
    for (let from = 0; from < end;) {
      const to = endOfBatch(room, from, end);
      yield { bytes: room.subarray(from, to), torn: undefined };
      from = to;
    }
    room.copyWithin(0, end, filled);
  }
  if (rest > 0) yield { bytes: room.subarray(0, 0), torn: room.subarray(0, rest) };
}

/** Of the whole lines between `from` and `end`, where a batch ends that begins at `from`: with a line, be it longer than a batch. */
function endOfBatch(bytes: Buffer, from: number, end: number): number {
  if (end - from <= BATCH_BYTES) return end;
  const last = bytes.lastIndexOf(NEWLINE, from + BATCH_BYTES - 1);
  return 1 + (last >= from ? last : bytes.indexOf(NEWLINE, from));
}

/** Reads lines that look exactly as rollcall writes them from their bytes. Undefined: this one does not, which says nothing of it. */
export interface QuickReader<T> {
  read(bytes: Buffer, from: number): T | undefined;
  /** Where the line after the one just read begins. */
  next(): number;
}

/**
 * Every line of a batch in order: as `quick` reads it from its bytes, or else as `long` does from its text and its place in the
 * batch. A list, because a generator's way to each line costs as much as half of its reading.
 */
export function linesOf<T>(
  { bytes }: LineBatch,
  long: (text: string, place: number) => T,
  quick?: QuickReader<T>,
): T[] {
  const lines: T[] = [];
  for (let from = 0; from < bytes.length;) {
    const read = quick?.read(bytes, from);
    if (quick !== undefined && read !== undefined) {
      from = quick.next();
      lines.push(read);
      continue;
    }
    const end = bytes.indexOf(NEWLINE, from);
    lines.push(long(bytes.toString("utf8", from, end), lines.length));
    from = end + 1;
  }
  return lines;
}

/** The last whole line of a file, found from its end; undefined: there is none, or it has more than 256 KB. Throws as `readLines`. */
export async function readLastLine(path: string): Promise<string | undefined> {
  await using file = await openFile(path, WHAT);
  const { size } = await readFrom(path, WHAT, () => file.stat());
  const from = Math.max(0, size - CHUNK_BYTES);
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  const { bytesRead } = await readFrom(path, WHAT, () => file.read(chunk, 0, CHUNK_BYTES, from));
  const bytes = chunk.subarray(0, bytesRead);
  const end = bytes.lastIndexOf(NEWLINE);
  if (end < 0) return undefined;
  const before = end === 0 ? -1 : bytes.lastIndexOf(NEWLINE, end - 1);
  return before < 0 && from > 0 ? undefined : bytes.toString("utf8", before + 1, end);
}
