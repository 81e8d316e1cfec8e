import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
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

/** One line of JSON that says what follows it, all compressed together. */
export function packParcel(pieces: readonly Piece[]): Uint8Array {
  const head = { pieces: pieces.map(({ bytes, ...rest }) => ({ ...rest, bytes: bytes.length })) };
  return zstdCompressSync(
    Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...pieces.map(({ bytes }) => bytes)]),
  );
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
