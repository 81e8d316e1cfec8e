import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { RecordedPlan } from "../model/plan.ts";
import { type MemberRecord, readMembers } from "./members-file.ts";
import { readPlan } from "./plan-file.ts";

/** What a run folder holds; the files of generator i are at paths that name i. */
export interface RunFiles {
  readonly plan: RecordedPlan;
  readonly journals: readonly GeneratorFile[];
  readonly rosters: readonly GeneratorFile[];
  /** The machines that made the run together; undefined: one did. */
  readonly members: readonly MemberRecord[] | undefined;
}

export interface GeneratorFile {
  readonly generator: number;
  readonly path: string;
}

/** Throws RollcallError "run-folder" if it is not the folder of a run, "damaged-file" or "file-version" of its plan. */
export async function openRunFolder(folder: string): Promise<RunFiles> {
  const plan = await readPlan(folder);
  const names = await readdir(folder);
  return {
    plan,
    journals: filesOf(folder, names, "journal"),
    rosters: filesOf(folder, names, "roster"),
    members: await readMembers(folder),
  };
}

function filesOf(folder: string, names: readonly string[], kind: "journal" | "roster"): readonly GeneratorFile[] {
  const pattern = new RegExp(`^${kind}-(\\d+)\\.ndjson$`);
  return names
    .map((name) => ({ generator: Number(pattern.exec(name)?.[1] ?? NaN), path: join(folder, name) }))
    .filter(({ generator }) => !Number.isNaN(generator))
    .sort((a, b) => a.generator - b.generator);
}
