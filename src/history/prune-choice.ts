import { sep } from "node:path";
import type { RunEntry, SeriesEntry } from "./entry.ts";
import { hasLabel, readTime } from "./filter.ts";
import type { Listed } from "./read-history.ts";
import { sorted } from "./text.ts";

/** What may go: all criteria that are given must hold. */
export interface PruneCriteria {
  /** Made before then: 30d, or a day. */
  readonly olderThan?: string | undefined;
  /** All but so many of the newest of each scenario. */
  readonly keep?: number | undefined;
  /** Each of these labels. */
  readonly label: readonly string[];
}

/** A run, or a series with all of its runs: what is taken away together. */
export interface Item {
  readonly results: string;
  readonly path: string;
  readonly scenario: string;
  /** Of its newest run; "": not known. */
  readonly startedAt: string;
  readonly runs: readonly Run[];
  readonly series: SeriesEntry | undefined;
}

type Run = RunEntry & { readonly results: string };

/**
 * Which of a history may go, the oldest first. Upgrade checks stay: they are the only proof of what was before. What is not
 * over, and what has no time, stays as well. `now`: milliseconds since 1970.
 */
export function choosePruned(entries: readonly Listed[], criteria: PruneCriteria, now: number): readonly Item[] {
  const { olderThan, keep, label } = criteria;
  const before = olderThan === undefined ? undefined : readTime("older-than", olderThan, now);
  const items = itemsOf(entries).toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  const seen = new Map<string, number>();
  return items
    .filter((item) => {
      const rank = (seen.get(item.scenario) ?? 0) + 1;
      seen.set(item.scenario, rank);
      if (keep !== undefined && rank <= keep) return false;
      if (before !== undefined && !(Date.parse(item.startedAt) < before)) return false;
      if (!label.every((text) => item.runs.length > 0 && item.runs.every((run) => hasLabel(run.labels, text))))
        return false;
      return item.startedAt !== "" && item.runs.every(({ verdict }) => verdict !== "running");
    })
    .toReversed();
}

function itemsOf(entries: readonly Listed[]): readonly Item[] {
  const { runs, series } = sorted(entries);
  const placeOf = (results: string, path: string): string => `${results}\n${path}`;
  const inSeries = Map.groupBy(
    runs.filter((run) => run.series !== ""),
    (run) => placeOf(run.results, run.series),
  );
  const alone = runs
    .filter((run) => run.series === "")
    .map((run): Item => {
      return {
        results: run.results,
        path: run.path,
        scenario: run.scenario,
        startedAt: run.startedAt,
        runs: [run],
        series: undefined,
      };
    });
  // The halves of an upgrade check are series of their own, and go with it or not at all.
  const isPart = (each: Listed): boolean =>
    series.some((whole) => whole.results === each.results && each.path.startsWith(`${whole.path}${sep}`));
  const together = series
    .filter((each) => each.kind !== "upgrade-check" && !isPart(each))
    .map((each): Item => {
      const own = inSeries.get(placeOf(each.results, each.path)) ?? [];
      const newest = [each.startedAt, ...own.map(({ startedAt }) => startedAt)].toSorted().at(-1) ?? "";
      const { results, path } = each;
      return { results, path, scenario: own[0]?.scenario ?? each.scenario, startedAt: newest, runs: own, series: each };
    });
  return [...alone, ...together];
}
