import { basename } from "node:path";
import { RollcallError } from "../../model/error.ts";
import type { Summary } from "../../model/summary.ts";
import { carryOut, type RunSetting } from "../run/execute-run.ts";
import { requireNoFailure } from "../run/require-no-failure.ts";
import { afterLoad } from "../run/results-lost.ts";
import { writeRunReports } from "../results/run-reports.ts";
import { readResults, writeResults } from "../results/results.ts";
import type { Showing } from "../results/show-results.ts";
import type { Aimed } from "../aim/aimed.ts";
import type { World, WorldClock } from "../world.ts";

/** Runs that belong together share a folder, with a file that says how far they have come. */

export interface SeriesRun {
  /** Name of the run's folder inside the series'. */
  readonly name: string;
  readonly summary: Summary;
}

/** One run of a series: as any other, with all its files, but without a printed report, and seen only under a heading. */
export async function runOnce(
  world: World,
  aimed: Aimed,
  series: string,
  {
    reports,
    ...watch
  }: Pick<RunSetting, "onGenerators" | "heading" | "labels" | "page" | "metrics" | "responders" | "commands"> &
    Partial<Pick<Showing, "reports">> = {},
): Promise<SeriesRun> {
  const { folder, ends } = await carryOut(world, aimed, {
    ...watch,
    results: series,
    quiet: watch.heading === undefined,
  });
  requireNoFailure(ends);
  const results = await afterLoad(folder, aimed.plan, () => readResults(folder));
  await writeResults(folder, results);
  await watch.page?.end(folder);
  await writeRunReports(reports, folder, results);
  return { name: basename(folder), summary: results.summary };
}

/** For all but the first run of a series: its scenario's warnings have been read. */
export function withoutWarnings(aimed: Aimed): Aimed {
  return { ...aimed, warnings: [], otherWork: undefined };
}

/** Whether a user has asked for an end, from now until disposed of. A run that is under way hears it as well. */
export function listenForEnd(world: Pick<World, "listenForStops">): Disposable & { readonly asked: AbortSignal } {
  const end = new AbortController();
  const ask = (): void => end.abort();
  const stops = world.listenForStops({ drain: ask, abort: ask, leave: ask });
  return { asked: end.signal, [Symbol.dispose]: () => stops[Symbol.dispose]() };
}

/** Seconds for the target to come to rest; over at once when `end` is aborted. */
export async function coolDown({ waits }: WorldClock, seconds: number, end: AbortSignal): Promise<void> {
  await waits.sleep(seconds * 1_000, end).catch((error: unknown) => {
    if (!end.aborted) throw error;
  });
}

export function notResumable(folder: string, why: string): RollcallError {
  return new RollcallError(
    "not-resumable",
    `${folder} cannot be resumed: ${why}.`,
    "Name the folder that was printed when it began, with the same scenario and options.",
  );
}
