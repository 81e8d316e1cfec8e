import { join } from "node:path";
import { z } from "zod";
import type { WatchRecord } from "../model/watch.ts";
import { createLineFile, type LineFile } from "./line-file.ts";
import { readNotes } from "./note-file.ts";
import { damagedFile, type Expected } from "./open-file.ts";
import { countSchema, jsonSchemaOf, timeSchema } from "./schema-parts.ts";
import { OWN_FILE } from "./whole-file.ts";

export const WATCH_NAME = "watch.ndjson";
/** A day of ten nodes, looked at each five seconds, has some 100 MB. What would come behind is not kept. */
const MOST_BYTES = 256 * 1_024 * 1_024;
const WATCH: Expected = {
  what: "what a run's server said of itself",
  hint: "Move it out of the run's folder: the report is then without it.",
};

const text = z.string();
const version = z.literal(1);
const at = z.iso.datetime();
const cost = { took: timeSchema, requests: countSchema, bytes: countSchema };
const reading = z.strictObject({ metric: text, value: z.number(), counter: z.literal(true).exactOptional() });
const service = z.strictObject({
  service: text,
  type: text.exactOptional(),
  processors: z.number().exactOptional(),
  memoryBytes: z.number().exactOptional(),
  diskBytes: z.number().exactOptional(),
  values: z.array(reading),
});
const lineSchema: z.ZodType<WatchRecord> = z.discriminatedUnion("kind", [
  z.strictObject({ version, kind: z.literal("begin"), at, every: timeSchema, sources: z.array(text) }),
  z.strictObject({
    version,
    kind: z.literal("look"),
    at,
    source: text,
    ...cost,
    services: z.array(service),
    leftOut: countSchema,
  }),
  z.strictObject({ version, kind: z.literal("gap"), at, source: text, ...cost, why: text }),
  z.strictObject({ version, kind: z.literal("cut"), at, source: text, ...cost }),
]);

export interface WatchFile extends Disposable {
  /** False: it is not kept, as a look that was not made; the file is as long as it may be. Never throws: so is what a full disk keeps out. */
  add(record: WatchRecord): boolean;
}

/** Its owner's alone: what a server says of itself is nobody else's business. Throws RollcallError "results-file". */
export function createWatchFile(folder: string, mostBytes = MOST_BYTES): WatchFile {
  const file: LineFile = createLineFile({ path: join(folder, WATCH_NAME), mode: OWN_FILE });
  let bytes = 0;
  return {
    add(record) {
      const line = JSON.stringify(record);
      const longer = bytes + Buffer.byteLength(line) + 1;
      if (longer > mostBytes) return false;
      bytes = longer;
      file.add(line);
      return true;
    },
    [Symbol.dispose]: () => file.close(),
  };
}

/** In the order in which it was written; undefined: the server was not watched. Throws RollcallError "damaged-file". */
export async function readWatch(folder: string): Promise<readonly WatchRecord[] | undefined> {
  const path = join(folder, WATCH_NAME);
  const notes = await readNotes(path, WATCH, MOST_BYTES);
  if (notes.length === 0) return undefined;
  return notes.map(({ value, line }) => {
    const { data, success } = lineSchema.safeParse(value);
    if (!success) throw damagedFile(path, WATCH, `line ${line} is no look of version 1`);
    return data;
  });
}

export const watchJsonSchema = () => jsonSchemaOf("rollcall: a line of watch.ndjson", lineSchema);
