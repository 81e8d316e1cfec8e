import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { ROLLCALL_VERSION } from "../model/version.ts";
import { writeWholeFile } from "../record/whole-file.ts";
import { entrySchema, type HistoryEntry } from "./entry.ts";

/**
 * The index of a results folder: what its lines were made from, and the lines. It is a cache and nothing else: whoever
 * deletes it loses some seconds, and one that is damaged, of another version or not to be written is as none.
 */
export type Index = ReadonlyMap<string, Indexed>;

export interface Indexed {
  readonly stamp: string;
  readonly entry: HistoryEntry;
}

const NAME = ".rollcall-index.ndjson";
/** An index of 5,000 runs has some 4 MB. */
const MOST_BYTES = 256 * 1_024 * 1_024;

/** Another release may say other things of the same folder. */
const HEAD = JSON.stringify({ version: 1, rollcall: ROLLCALL_VERSION });
const LINE = z.object({ stamp: z.string(), entry: entrySchema });

export async function readIndex(results: string): Promise<Index> {
  const text = await readFile(join(results, NAME), "utf8").catch(() => "");
  const index = new Map<string, Indexed>();
  if (text.length > MOST_BYTES) return index;
  const [head, ...lines] = text.split("\n");
  if (head !== HEAD) return index;
  for (const line of lines) {
    const indexed = parse(line);
    if (indexed !== undefined) index.set(indexed.entry.path, indexed);
  }
  return index;
}

export async function writeIndex(results: string, index: Index): Promise<void> {
  const lines = [...index.values()].map((indexed) => JSON.stringify(indexed));
  // An archive may be read-only: its list takes longer then.
  await writeWholeFile(join(results, NAME), `${[HEAD, ...lines].join("\n")}\n`).catch(() => undefined);
}

function parse(line: string): Indexed | undefined {
  if (line === "") return undefined;
  try {
    return LINE.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
