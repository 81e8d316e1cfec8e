import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { z } from "zod";
import { codeOf, EXIT, RollcallError } from "../model/error.ts";
import { damagedFile, type Expected, openIfAny, readFrom } from "./open-file.ts";
import { formatSize } from "../writing/notation.ts";

/** A kind of file that is written whole, as JSON, and read again by another command or another release. */
export interface FileKind<T> extends Expected {
  readonly version: 1;
  readonly schema: z.ZodType<T>;
  /** It may be compressed as gzip does it; its first bytes tell. */
  readonly compressed?: boolean;
}

/** A summary of a day has some 20 MB; whatever is larger than this is none of ours. */
const MOST_BYTES = 256 * 1_024 * 1_024;
/** Characters from which code that is made for a schema pays. */
const LARGE = 1_048_576;
/** Of 16 KiB, as zlib has them by itself, a large file takes five times as long. */
const CHUNK_BYTES = 262_144;

/** Undefined: there is no such file. Throws RollcallError "damaged-file" or "file-version". */
export async function readKept<T>(path: string, kind: FileKind<T>): Promise<T | undefined> {
  const text = await readWhole(path, kind);
  return text === undefined ? undefined : parseKept(text, path, kind);
}

/** Throws RollcallError "damaged-file" or "file-version", which name the file, the place in it and what to do. */
function parseKept<T>(text: string, path: string, kind: FileKind<T>): T {
  const value = parseJson(text, path, kind);
  const version = versionOf(value);
  if (version === undefined) throw damagedFile(path, kind, "it has no version");
  // Of a list in lists in lists no text could be made.
  if (typeof version !== "number") throw damagedFile(path, kind, "its version is no number");
  if (version !== kind.version) throw unknownVersion(path, kind, version);
  const { data, error } = kind.schema.safeParse(value, { jitless: text.length < LARGE });
  if (error === undefined) return data;
  const [first] = error.issues;
  const more = error.issues.length - 1;
  const others = more === 0 ? "" : `, and in ${more} other place${more === 1 ? "" : "s"}`;
  throw damagedFile(path, kind, `at ${placeOf(first?.path ?? [])}: ${wordsOf(first?.message ?? "")}${others}`);
}

/** Undefined: there is none. */
async function readWhole(path: string, kind: FileKind<unknown>): Promise<string | undefined> {
  await using file = await openIfAny(path, kind);
  if (file === undefined) return undefined;
  const { size } = await file.stat();
  if (size > MOST_BYTES)
    throw damagedFile(
      path,
      kind,
      `it has ${formatSize(size)}, and no such file has more than ${formatSize(MOST_BYTES)}`,
    );
  const bytes = await readFrom(path, kind, () => file.readFile());
  const isPacked = kind.compressed === true && bytes[0] === GZIP[0] && bytes[1] === GZIP[1];
  return (isPacked ? await unpack(bytes, path, kind) : bytes).toString("utf8");
}

/** RFC 1952, 2.3.1. */
const GZIP = [0x1f, 0x8b] as const;

/** A few bytes can stand for any number of them. */
async function unpack(bytes: Buffer, path: string, kind: Expected): Promise<Buffer> {
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: MOST_BYTES, chunkSize: CHUNK_BYTES });
  } catch (error) {
    const tooLarge = codeOf(error) === "ERR_BUFFER_TOO_LARGE";
    throw damagedFile(
      path,
      kind,
      tooLarge ? `unpacked it has more than ${formatSize(MOST_BYTES)}` : "it cannot be unpacked",
    );
  }
}

function parseJson(text: string, path: string, kind: Expected): unknown {
  if (text.trim() === "") throw damagedFile(path, kind, "it is empty");
  try {
    return JSON.parse(text);
  } catch (error) {
    // The words of the parser quote the text, which may have what nobody should see.
    const message = error instanceof Error ? error.message : "";
    const place = /\((line \d+ column \d+)\)/.exec(message)?.[1];
    const ended = message.includes("end of JSON") || message.includes("Unterminated");
    throw damagedFile(
      path,
      kind,
      ended ? "it ends too early" : `it is not JSON${place === undefined ? "" : ` at ${place}`}`,
    );
  }
}

function versionOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "version" in value ? value.version : undefined;
}

function unknownVersion(path: string, { what, version }: FileKind<unknown>, found: number): RollcallError {
  return new RollcallError(
    "file-version",
    `${path} is ${what} of version ${found}; this rollcall reads version ${version}.`,
    "Use the rollcall that wrote it.",
    EXIT.usage,
  );
}

/** "fleet.mix[0].weight"; names that a file may have made up are quoted. */
function placeOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "its top";
  return path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      const name = String(part);
      const plain = /^[\w-]+$/.test(name) ? name : JSON.stringify(name);
      return index === 0 ? plain : `.${plain}`;
    })
    .join("");
}

const LONGEST_WORDS = 120;

/** "expected number, received string" */
function wordsOf(message: string): string {
  const words = message.replace(/^Invalid input: /, "").replaceAll(/[^\u0020-\u007e]/g, "?");
  return words.length > LONGEST_WORDS ? `${words.slice(0, LONGEST_WORDS)}...` : words;
}
