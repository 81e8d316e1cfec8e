import { join } from "node:path";
import { z } from "zod";
import { EXIT, RollcallError } from "../model/error.ts";
import type { Afterwards } from "../model/afterwards.ts";
import { appendNote, type Note, readNotes } from "./note-file.ts";
import { damagedFile, type Expected } from "./open-file.ts";
import { countSchema, jsonSchemaOf } from "./schema-parts.ts";
import { deviceCountsSchema, reconciliationSchema } from "./server-file.ts";

export const AFTERWARDS_NAME = "afterwards.ndjson";
const MOST_BYTES = 256 * 1_024 * 1_024;

const AFTERWARDS: Expected = {
  what: "what was seen of a run's server after it",
  hint: "Move it out of the run's folder. What cleanup has deleted will then count as missing.",
};

const text = z.string();
const version = z.literal(1);
const lineSchema: z.ZodType<Afterwards> = z.discriminatedUnion("kind", [
  z.strictObject({
    version,
    kind: z.literal("look"),
    at: text,
    by: z.enum(["reconcile", "cleanup"]),
    server: z.strictObject({ version: text, edition: text.nullable() }),
    profile: text,
    devices: deviceCountsSchema,
    reconciliation: reconciliationSchema,
    answeredBy: z.array(text).exactOptional(),
  }),
  z.strictObject({ version, kind: z.literal("deletion"), at: text, id: text, name: text }),
  z.strictObject({ version, kind: z.literal("cleanup"), at: text, deleted: countSchema, left: countSchema.nullable() }),
]);

/** A deletion must be on the disk before the server is asked for it. Rejects with the system's error. */
export function noteAfterwards(folder: string, line: Afterwards): Promise<void> {
  return appendNote(join(folder, AFTERWARDS_NAME), line, { sync: line.kind === "deletion" });
}

/**
 * In the order in which it was written; none: nobody looked. A line that a crash cut off is none. Throws RollcallError
 * "damaged-file" or "file-version".
 */
export async function readAfterwards(folder: string): Promise<readonly Afterwards[]> {
  const path = join(folder, AFTERWARDS_NAME);
  return (await readNotes(path, AFTERWARDS, MOST_BYTES)).map((note) => parse(note, path));
}

function parse({ value, line }: Note, path: string): Afterwards {
  const { data, error } = lineSchema.safeParse(value);
  if (error === undefined) return data;
  const found = typeof value === "object" && value !== null && "version" in value ? value.version : undefined;
  if (found === 1) throw damagedFile(path, AFTERWARDS, `line ${line} is not of its kind`);
  throw new RollcallError(
    "file-version",
    `${path} has a line of another version: line ${line}. This rollcall reads version 1.`,
    "Use the rollcall that wrote it.",
    EXIT.usage,
  );
}

export const afterwardsJsonSchema = () => jsonSchemaOf("rollcall: a line of afterwards.ndjson", lineSchema);
