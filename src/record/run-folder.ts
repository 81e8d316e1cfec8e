import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EXIT, RollcallError } from "../model/error.ts";
import { type MemberRecord, readMembers } from "./members-file.ts";

export const journalPath = (folder: string, generator: number): string => join(folder, `journal-${generator}.ndjson`);
export const rosterPath = (folder: string, generator: number): string => join(folder, `roster-${generator}.ndjson`);

/** What a run folder holds; the files of generator i are at paths that name i. */
export interface RunFiles {
  readonly plan: unknown;
  readonly journals: readonly GeneratorFile[];
  readonly rosters: readonly GeneratorFile[];
  /** The machines that made the run together; undefined: one did. */
  readonly members: readonly MemberRecord[] | undefined;
}

export interface GeneratorFile {
  readonly generator: number;
  readonly path: string;
}

/** Throws RollcallError "run-folder" if it is not the folder of a run. */
export async function openRunFolder(folder: string): Promise<RunFiles> {
  try {
    const names = await readdir(folder);
    const plan: unknown = JSON.parse(await readFile(join(folder, "plan.json"), "utf8"));
    return {
      plan,
      journals: filesOf(folder, names, "journal"),
      rosters: filesOf(folder, names, "roster"),
      members: await readMembers(folder),
    };
  } catch (error) {
    if (error instanceof RollcallError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const hint = "Give the folder of one run, as `rollcall run` printed it: it holds plan.json and journal-*.ndjson.";
    throw new RollcallError("run-folder", `${folder} is not a run: ${reason}`, hint, EXIT.usage, error);
  }
}

function filesOf(folder: string, names: readonly string[], kind: "journal" | "roster"): readonly GeneratorFile[] {
  const pattern = new RegExp(`^${kind}-(\\d+)\\.ndjson$`);
  return names
    .map((name) => ({ generator: Number(pattern.exec(name)?.[1] ?? NaN), path: join(folder, name) }))
    .filter(({ generator }) => !Number.isNaN(generator))
    .sort((a, b) => a.generator - b.generator);
}

/** As writeResult, with the value as JSON that people can read. */
export function writeJson(folder: string, name: string, value: unknown): Promise<void> {
  return writeResult(folder, name, `${JSON.stringify(value, undefined, 2)}\n`);
}

/** Writes a result file of a run whole or not at all: under another name first. */
export async function writeResult(folder: string, name: string, text: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(`${path}.part`, text);
  await rename(`${path}.part`, path);
}
