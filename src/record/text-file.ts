import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

const MIB = 1_048_576;
/** The bound for what people write by hand: a scenario, a secret, a certificate. */
const MOST_BYTES = MIB;

const CHUNK_BYTES = 65_536;

/**
 * The text of a file that a user names. A device or a FIFO has no end, or nobody writes to it; a file of gigabytes was not
 * meant; and bytes that are not UTF-8 would become the same character, so that two names would be one. Throws Error with
 * what is wrong in words, or the system's.
 */
export function readTextFile(path: string, most = MOST_BYTES): string {
  // Without O_NONBLOCK, opening a FIFO waits for its writer.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = fstatSync(file);
    if (found.isDirectory()) throw new Error("it is a folder");
    if (!found.isFile()) throw new Error("it is a device or a pipe: name a file");
    return decode(readUpTo(file, most));
  } finally {
    closeSync(file);
  }
}

/** The same for those who wait: rejects where that throws. */
export async function readText(path: string, most = MOST_BYTES): Promise<string> {
  return readTextFile(path, most);
}

/** The size that the system tells is not enough: of a file in /proc it is 0. */
function readUpTo(file: number, most: number): Buffer {
  const chunks: Buffer[] = [];
  let length = 0;
  for (;;) {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    const read = readSync(file, chunk);
    if (read === 0) return Buffer.concat(chunks);
    length += read;
    if (length > most) throw new Error(`it has more than ${most / MIB} MiB`);
    chunks.push(chunk.subarray(0, read));
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const { line, byte, value } = firstBadByte(bytes);
    throw new Error(`it is not UTF-8: line ${line}, byte ${byte} is 0x${value.toString(16)}; save it as UTF-8`);
  }
}

/** Where the text stops being UTF-8; line and byte count from 1, the byte within its line. */
function firstBadByte(bytes: Buffer): { readonly line: number; readonly byte: number; readonly value: number } {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const NEWLINE = 10;
  let start = 0;
  for (let line = 1; ; line += 1) {
    const end = bytes.indexOf(NEWLINE, start);
    const text = bytes.subarray(start, end < 0 ? undefined : end);
    try {
      decoder.decode(text);
    } catch {
      const good = goodBytes(text);
      return { line, byte: good + 1, value: text[good] ?? 0 };
    }
    if (end < 0) return { line, byte: 1, value: 0 };
    start = end + 1;
  }
}

/** How many bytes of a line that is not UTF-8 are: those before the first that is replaced. */
function goodBytes(line: Buffer): number {
  const replaced = line.toString("utf8");
  let good = 0;
  for (const character of replaced) {
    const bytes = Buffer.byteLength(character);
    if (character === "\u{FFFD}" && !line.subarray(good, good + bytes).equals(Buffer.from(character))) return good;
    good += bytes;
  }
  return good;
}
