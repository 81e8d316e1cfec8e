import { type MemberRecord, memberRecordOf, MEMBERS_NAME } from "./members-file.ts";
import { writeJson } from "./write-result.ts";

/** Written before the load: of a worker that is lost at once nothing else tells that it was there. */
export async function writeMembers(folder: string, members: readonly MemberRecord[]): Promise<void> {
  await writeJson(folder, MEMBERS_NAME, { version: 1, workers: members.map(memberRecordOf) });
}
