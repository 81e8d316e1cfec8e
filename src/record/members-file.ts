import { join } from "node:path";
import { z } from "zod";
import { type FileKind, readKept } from "./kept-file.ts";

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

const MEMBERS: FileKind<z.infer<typeof fileSchema>> = {
  what: "the list of a run's workers",
  version: 1,
  schema: fileSchema,
  hint: "Take the file from a copy of the run's folder.",
};

/** Undefined: the run was made on one machine. Throws RollcallError "damaged-file" or "file-version". */
export async function readMembers(folder: string): Promise<readonly MemberRecord[] | undefined> {
  return (await readKept(join(folder, MEMBERS_NAME), MEMBERS))?.workers;
}

/** What `writeMembers` keeps of each. */
export function memberRecordOf(member: MemberRecord): MemberRecord {
  return memberSchema.parse(member);
}
