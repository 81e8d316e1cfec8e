import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { RollcallError } from "../../model/error.ts";
import type { Plan } from "../../model/plan.ts";
import { makeFolder } from "../../record/make-folder.ts";
import { writePlan } from "../../record/plan-file.ts";

/** 20261125T031500Z: sorts by time, and is a legal file name everywhere. */
export function compactTime(time: Date): string {
  return time.toISOString().replaceAll(/[-:]|\.\d+/g, "");
}

export function runFolderName(plan: Pick<Plan, "name" | "runId">, time: Date): string {
  const name = plan.name.replaceAll(/[^A-Za-z0-9._-]+/g, "-");
  return `${name}-${compactTime(time)}-${plan.runId}`;
}

/** A new folder for one run with its plan in it, under `results` (checked already); `plan.generators` is a number by now. Gives its absolute path. */
export async function createRunFolder(results: string, plan: Plan, time: Date): Promise<string> {
  const folder = resolve(results, runFolderName(plan, time));
  await makeFolder(folder);
  await writePlan(folder, plan);
  return folder;
}

/** `reference`: a run's folder, or its name or short id under `results`, or "latest". Throws RollcallError "no-such-run". */
export async function findRun(reference: string, results: string): Promise<string> {
  if (await isRun(reference)) return resolve(reference);
  const names = await readdir(results).catch(() => []);
  const runs: string[] = [];
  for (const name of names) if (await isRun(join(results, name))) runs.push(name);
  const found =
    reference === "latest" ? latest(runs) : runs.filter((name) => name === reference || name.endsWith(`-${reference}`));
  const [only] = found;
  if (only !== undefined && found.length === 1) return resolve(results, only);
  throw new RollcallError(
    "no-such-run",
    `There is no run ${reference}: it is neither a run's folder nor the name or short id of one in ${resolve(results)}.`,
    runs.length === 0
      ? "Name the folder that `rollcall run` printed last."
      : `The runs there: ${latest(runs, 5).join(", ")}. Name one of these, its last part, or "latest".`,
  );
}

/** Names end with the time and the id: the newest are those with the greatest time. */
function latest(runs: readonly string[], count = 1): readonly string[] {
  const time = (name: string): string => name.split("-").at(-2) ?? "";
  return [...runs].sort((a, b) => (time(a) < time(b) ? 1 : -1)).slice(0, count);
}

/** Path of the newest run or repeat under `results`. Throws RollcallError "no-such-run". */
export async function findNewest(results: string): Promise<string> {
  const names = await readdir(results).catch(() => []);
  const found: string[] = [];
  for (const name of names) {
    const folder = join(results, name);
    if ((await isRun(folder)) || (await hasFile(folder, "repeat.json"))) found.push(name);
  }
  const [newest] = latest(found);
  if (newest !== undefined) return resolve(results, newest);
  throw new RollcallError(
    "no-such-run",
    `There is no run in ${resolve(results)}.`,
    "Make one first: rollcall repeat <scenario> --times 5; or name runs, or their folder with --out.",
  );
}

export function isRun(folder: string): Promise<boolean> {
  return hasFile(folder, "plan.json");
}

function hasFile(folder: string, name: string): Promise<boolean> {
  return stat(join(folder, name)).then(
    (found) => found.isFile(),
    () => false,
  );
}
