import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { z } from "zod";

/** A part of a file that only grows. */
export interface Piece {
  readonly file: string;
  /** Bytes of the file before it. */
  readonly at: number;
  readonly bytes: Uint8Array;
  /** With the last piece: what the whole file must come to. */
  readonly whole?: WholeFile | undefined;
}

export interface WholeFile {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** The size of a parcel's contents before they are compressed. */
export const PARCEL_BYTES = 4 * 1_024 * 1_024;
const NEWLINE = 10;
/** Of journals and rosters the fastest level makes less than the usual one does (3): by a tenth, in half of the time. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Names that may be written in a run's folder, whatever else a parcel says. */
export const RESULT_FILE = /^(?:journal|roster)-(\d{1,6})\.ndjson$/;

const headSchema = z.object({
  pieces: z.array(
    z.object({
      file: z.string().regex(RESULT_FILE),
      at: z.number().int().min(0),
      bytes: z.number().int().min(0),
      whole: z.object({ bytes: z.number().int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
    }),
  ),
});

/** One line of JSON that says what follows it, all compressed together. `room`: where that is put together, if it is large enough. */
export function packParcel(pieces: readonly Piece[], room: Uint8Array = new Uint8Array()): Uint8Array {
  const head = { pieces: pieces.map(({ bytes, ...rest }) => ({ ...rest, bytes: bytes.length })) };
  const parts = [Buffer.from(`${JSON.stringify(head)}\n`), ...pieces.map(({ bytes }) => bytes)];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const plain = length <= room.length ? room.subarray(0, length) : new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    plain.set(part, at);
    at += part.length;
  }
  return zstdCompressSync(plain, COMPRESSION);
}

/** Throws on what is no parcel, or comes to more than one may. */
export function unpackParcel(packed: Uint8Array): readonly Piece[] {
  const plain = zstdDecompressSync(packed, { maxOutputLength: 2 * PARCEL_BYTES });
  const end = plain.indexOf(NEWLINE);
  const head = headSchema.parse(JSON.parse(plain.toString("utf8", 0, Math.max(0, end))));
  let from = end + 1;
  return head.pieces.map(({ bytes, ...rest }) => {
    const part = plain.subarray(from, from + bytes);
    if (part.length !== bytes) throw new Error("a parcel is shorter than it says");
    from += bytes;
    return { ...rest, bytes: part };
  });
}
