import { readdir } from "node:fs/promises";
import type { RecordedPlan } from "../model/plan.ts";
import { type MemberRecord, readMembers } from "./members-file.ts";
import { readPlan } from "./plan-file.ts";
import { type GeneratorFile, generatorFiles } from "./shard-files.ts";

/** What a run folder holds; the files of generator i are at paths that name i. */
export interface RunFiles {
  readonly plan: RecordedPlan;
  readonly journals: readonly GeneratorFile[];
  readonly rosters: readonly GeneratorFile[];
  /** The machines that made the run together; undefined: one did. */
  readonly members: readonly MemberRecord[] | undefined;
}

/** Throws RollcallError "run-folder" if it is not the folder of a run, "damaged-file" or "file-version" of its plan. */
export async function openRunFolder(folder: string): Promise<RunFiles> {
  const plan = await readPlan(folder);
  const names = await readdir(folder);
  return {
    plan,
    journals: generatorFiles(folder, names, "journal"),
    rosters: generatorFiles(folder, names, "roster"),
    members: await readMembers(folder),
  };
}
