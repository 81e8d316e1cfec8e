import { join } from "node:path";
import pLimit from "p-limit";
import type { ComparedRun } from "../../compare/refusals.ts";
import { RollcallError } from "../../model/error.ts";
import type { KeptRun } from "../../record/baseline-file.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import { requireOver } from "../../record/under-way.ts";
import { readRepeat, type RepeatState, type Side } from "../../record/series-files.ts";
import { findRun } from "../results/find-run.ts";
import { readSummary } from "../results/results.ts";

/** Runs read at the same time: one without a summary is folded, which takes the memory of a run. */
const READ_AT_ONCE = 4;

/** The runs of both sides: those named, or those of a repeat over two targets. `now`: milliseconds since 1970. Throws RollcallError "usage". */
export async function sidesOf(
  base: readonly string[],
  candidates: readonly string[],
  results: string,
  now: number,
): Promise<Sides> {
  const [only] = base;
  if (candidates.length === 0 && base.length === 1 && only !== undefined) {
    const repeat = await findRepeat(only, results);
    if (repeat?.state.targets.length === 2) return bothSides(repeat, now);
  }
  if (candidates.length === 0) {
    throw new RollcallError(
      "usage",
      "There is nothing to compare with.",
      "Name the base runs, then --against and the candidates; or the folder of a repeat over two targets.",
    );
  }
  return { base: await readRuns(base, results, now), candidate: await readRuns(candidates, results, now) };
}

export interface Sides {
  readonly base: readonly ComparedRun[];
  readonly candidate: readonly ComparedRun[];
}

interface Repeat {
  readonly folder: string;
  readonly state: RepeatState;
}

async function bothSides({ folder, state }: Repeat, now: number): Promise<Sides> {
  const of = (side: Side) =>
    readRuns(
      state.runs.filter((run) => run.side === side).map((run) => join(folder, run.folder)),
      folder,
      now,
    );
  return { base: await of("base"), candidate: await of("candidate") };
}

async function findRepeat(reference: string, results: string): Promise<Repeat | undefined> {
  for (const folder of [reference, join(results, reference)]) {
    const state = await readRepeat(folder);
    if (state !== undefined) return { folder, state };
  }
  return undefined;
}

/** A folder of a repeat stands for its runs. `now`: milliseconds since 1970. Throws RollcallError. */
export async function readRuns(
  references: readonly string[],
  results: string,
  now: number,
): Promise<readonly KeptRun[]> {
  const folders: string[] = [];
  for (const reference of references) {
    const repeat = await findRepeat(reference, results);
    if (repeat === undefined) folders.push(await findRun(reference, results));
    else folders.push(...runsOf(repeat));
  }
  return readFolders(folders, now);
}

/** Throws RollcallError "usage": runs of two servers are no one side. */
function runsOf({ folder, state }: Repeat): readonly string[] {
  if (state.targets.length === 1) return state.runs.map((run) => join(folder, run.folder));
  throw new RollcallError(
    "usage",
    `${folder} has runs against two targets, which cannot be one side.`,
    `Name the runs of one target: ${state.runs
      .filter(({ side }) => side === "base")
      .map((run) => run.folder)
      .join(", ")} are of the scenario's own.`,
  );
}

/** `now`: milliseconds since 1970. Throws RollcallError, as of a run that is still under way. */
export async function readFolders(folders: readonly string[], now: number): Promise<readonly KeptRun[]> {
  return pLimit(READ_AT_ONCE).map(folders, async (folder) => {
    const files = await openRunFolder(folder);
    await requireOver(folder, files, now);
    return { summary: await readSummary(folder), plan: files.plan };
  });
}
