import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { EXIT, RollcallError } from "../model/error.ts";

/** One machine of a run that several made together. */
const memberSchema = z.object({
  name: z.string(),
  host: z.string(),
  cores: z.number(),
  rollcall: z.string(),
  node: z.string(),
  machine: z.object({ cores: z.number(), cpu: z.string(), memoryBytes: z.number(), os: z.string() }),
  /** Its generators. */
  shards: z.array(z.number()).readonly(),
});
export type MemberRecord = z.infer<typeof memberSchema>;

export const MEMBERS_NAME = "workers.json";
const fileSchema = z.object({ version: z.literal(1), workers: z.array(memberSchema).readonly() });

/** Undefined: the run was made on one machine. Throws RollcallError "workers-file". */
export async function readMembers(folder: string): Promise<readonly MemberRecord[] | undefined> {
  const path = join(folder, MEMBERS_NAME);
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return fileSchema.parse(JSON.parse(text)).workers;
  } catch (error) {
    const hint = "Use the rollcall that wrote this run.";
    throw new RollcallError("workers-file", `${path} is not a list of workers.`, hint, EXIT.usage, error);
  }
}

/** What `writeMembers` keeps of each. */
export function memberRecordOf(member: MemberRecord): MemberRecord {
  return memberSchema.parse(member);
}
