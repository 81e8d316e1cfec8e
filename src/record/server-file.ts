import { join } from "node:path";
import { z } from "zod";
import type { ServerRecord } from "../model/server-record.ts";
import { type FileKind, readKept } from "./kept-file.ts";
import { countSchema } from "./schema-parts.ts";
import { writeJson } from "./write-result.ts";

export const SERVER_NAME = "server.json";

const names = z.array(z.string());
export const deviceCountsSchema = z.strictObject({ tenant: countSchema, profile: countSchema.nullable() });

export const restSchema = z.strictObject({ settled: z.boolean(), waitedMs: countSchema, counts: countSchema });

export const storedFacts = { asked: countSchema, waitedMs: countSchema, unread: z.string().exactOptional() };

export const reconciliationSchema = z.strictObject({
  at: z.string(),
  present: countSchema,
  missing: names,
  ghosts: names,
  foreign: names,
  wrongGateway: names,
  unnamed: countSchema,
  credentials: z.strictObject({ checked: countSchema, differing: names }),
  stored: z.strictObject({ ...storedFacts, missing: names }).exactOptional(),
  made: countSchema.exactOptional(),
  deleted: names.exactOptional(),
  rest: restSchema.exactOptional(),
});

const SERVER: FileKind<ServerRecord> = {
  what: "what a run or reconcile keeps of its server",
  version: 1,
  schema: z.strictObject({
    version: z.literal(1),
    server: z.strictObject({ version: z.string(), edition: z.string().nullable() }).nullable(),
    profile: z.string().nullable(),
    devices: z.strictObject({ before: deviceCountsSchema.nullable(), after: deviceCountsSchema.nullable() }),
    seenBefore: names.exactOptional(),
    reconciliation: reconciliationSchema.nullable(),
    unchecked: names,
    answeredBy: names.exactOptional(),
  }),
  hint: "Delete it, and make it again with: rollcall reconcile <that run>",
};

/** Undefined: nobody was asked about the server of this run. Throws RollcallError "damaged-file" or "file-version". */
export function readServerRecord(folder: string): Promise<ServerRecord | undefined> {
  return readKept(join(folder, SERVER_NAME), SERVER);
}

export async function writeServerRecord(folder: string, record: ServerRecord): Promise<void> {
  await writeJson(folder, SERVER_NAME, record);
}
