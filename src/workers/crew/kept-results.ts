import { readdir, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { readText } from "../../record/text-file.ts";
import { TOKEN } from "../bus/names.ts";
import { RESULT_FILE } from "../bus/parcel.ts";

/** What a worker keeps of a run until its coordinator has it: enough to send it on after any crash. */
const keptSchema = z.object({
  version: z.literal(1),
  run: z.string().regex(TOKEN),
  /** Public key of the run: its results are sealed for nobody else. */
  coordinator: z.string(),
  plan: z.string(),
  shards: z.array(z.number().int().min(0)).readonly(),
});
export type KeptRun = z.infer<typeof keptSchema>;

const NOTE = "kept.json";
/** Rosters of an earlier run. */
const EARLIER = /^(?:called|background)-\d+\.ndjson$/;

/** The roster that a generator calls instead of its own. */
export function calledPath(folder: string, shard: number): string {
  return join(folder, `called-${shard}.ndjson`);
}

/** The devices that a generator has behind its load. */
export function backgroundPath(folder: string, shard: number): string {
  return join(folder, `background-${shard}.ndjson`);
}

/** What the plan names, at paths of this machine. */
const PLAN_FILE = /^target-(?:ca|cert|key)(?:-\d+)?\.pem$/;

export async function keepNote(folder: string, kept: KeptRun): Promise<void> {
  await writeFile(join(folder, NOTE), `${JSON.stringify(kept)}\n`, { mode: 0o600, flag: "wx" });
}

/** Undefined: this is no folder of a kept run. */
export async function readNote(folder: string): Promise<KeptRun | undefined> {
  const text = await readText(join(folder, NOTE)).catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const parsed = keptSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Files of results in it, with their sizes. */
export async function keptFiles(folder: string): Promise<ReadonlyMap<string, number>> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => RESULT_FILE.test(name));
  const sizes = await Promise.all(names.map(async (name) => [name, (await stat(join(folder, name))).size] as const));
  return new Map(sizes);
}

/** Deletes what this worker wrote for a run, and its folder if nothing else is in it. */
export async function forgetResults(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const own = names.filter(
    (name) => RESULT_FILE.test(name) || name === NOTE || PLAN_FILE.test(name) || EARLIER.test(name),
  );
  for (const name of own) await rm(join(folder, name), { force: true });
  if (own.length === names.length && names.length > 0) await rmdir(folder).catch(() => undefined);
}
