import { join } from "node:path";
import { z } from "zod";
import type { BrakeRecord } from "../model/brake-record.ts";
import { type FileKind, readKept } from "./kept-file.ts";
import { timeSchema } from "./schema-parts.ts";
import { writeJson } from "./write-result.ts";

export const BRAKE_NAME = "brake.json";

export const brakeSchema = z.strictObject({
  threshold: z.string(),
  at: timeSchema,
  measured: z.number(),
  limit: z.number(),
  unit: z.enum(["us", "ratio", "count", "per-second"]),
});

const BRAKE: FileKind<BrakeRecord & { readonly version: 1 }> = {
  what: "what a run keeps of the threshold that stopped it",
  version: 1,
  schema: brakeSchema.extend({ version: z.literal(1) }),
  hint: "Take it from a copy of the folder; without it the run counts as interrupted by its user.",
};

/** Undefined: no threshold stopped the run. Throws RollcallError "damaged-file" or "file-version". */
export async function readBrakeRecord(folder: string): Promise<BrakeRecord | undefined> {
  const kept = await readKept(join(folder, BRAKE_NAME), BRAKE);
  if (kept === undefined) return undefined;
  const { version: _, ...record } = kept;
  return record;
}

export async function writeBrakeRecord(folder: string, record: BrakeRecord): Promise<void> {
  await writeJson(folder, BRAKE_NAME, { version: 1, ...record });
}
