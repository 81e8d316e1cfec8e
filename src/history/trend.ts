import { DEFAULT_POLICY } from "../compare/compare.ts";
import { countsInTrend, type RunEntry } from "./entry.ts";
import { fewestFor, pettitt } from "./pettitt.ts";

/** The runs of one plan against one target, in the order in which they were made. */
export interface Trend {
  readonly scenario: string;
  readonly target: string;
  readonly client: string;
  readonly planHash: string;
  /** Void, interrupted and crashed ones too: they are shown, and nothing is told from them. */
  readonly runs: readonly RunEntry[];
  /** How many of these count. */
  readonly counted: number;
  readonly changes: readonly Change[];
}

/** A figure that has another level from one run on. */
export interface Change {
  readonly figure: TrendFigure;
  /** Id and time of the first run on the new level. */
  readonly run: string;
  readonly startedAt: string;
  /** Medians of the runs before, back to an earlier change, and from this run on, up to a later one. */
  readonly before: number;
  readonly since: number;
  readonly p: number;
}

export const TREND_FIGURES = ["p50", "p99", "rate"] as const;
export type TrendFigure = (typeof TREND_FIGURES)[number];

/** The chance of a false alarm is shared out among the figures; changes smaller than `compare` calls are not called. */
const LEVEL = DEFAULT_POLICY.level / TREND_FIGURES.length;
/** Runs that count below which no change can be told. */
export const FEWEST_RUNS = fewestFor(LEVEL);

/** Of each plan and target with at least two runs; those with the newest runs first. */
export function trendsOf(runs: readonly RunEntry[]): readonly Trend[] {
  const groups = new Map<string, RunEntry[]>();
  for (const run of runs) {
    const key = [run.planHash, run.scenario, placeOf(run), run.client].join("\n");
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => trendOf(group.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1))))
    .toSorted((a, b) => (newestOf(a) < newestOf(b) ? 1 : -1));
}

/** Every simulator has a port of its own, which says nothing. */
function placeOf({ simulated, target }: RunEntry): string {
  return simulated ? "the simulator" : target;
}

function trendOf(runs: readonly RunEntry[]): Trend {
  const [first] = runs;
  const counted = runs.filter(countsInTrend);
  return {
    scenario: first?.scenario ?? "",
    target: first === undefined ? "" : placeOf(first),
    client: first?.client ?? "",
    planHash: first?.planHash ?? "",
    runs,
    counted: counted.length,
    changes: TREND_FIGURES.flatMap((figure) => changesOf(figure, counted)).toSorted((a, b) =>
      a.startedAt < b.startedAt ? -1 : 1,
    ),
  };
}

/** Of a change on both sides of which there are others, each side is looked at by itself (binary segmentation). */
function changesOf(figure: TrendFigure, runs: readonly RunEntry[]): readonly Change[] {
  const points = runs.flatMap((run) => {
    const value = run[figure];
    return value === null ? [] : [{ run, value }];
  });
  const split = (from: number, to: number): readonly number[] => {
    const found = pettitt(points.slice(from, to).map(({ value }) => value));
    if (found === undefined || found.p > LEVEL) return [];
    const at = from + found.after;
    return [...split(from, at), at, ...split(at, to)];
  };
  const places = split(0, points.length);
  return places.flatMap((at, index) => {
    const [from, to] = [places[index - 1] ?? 0, places[index + 1] ?? points.length];
    const values = points.map(({ value }) => value);
    const [before, since] = [medianOf(values.slice(from, at)), medianOf(values.slice(at, to))];
    const first = points[at]?.run;
    if (first === undefined || Math.abs(since - before) < DEFAULT_POLICY.minimumEffect * Math.abs(before)) return [];
    const p = pettitt(values.slice(from, to))?.p ?? 1;
    return [{ figure, run: first.id, startedAt: first.startedAt, before, since, p }];
  });
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

const newestOf = ({ runs }: Trend): string => runs.at(-1)?.startedAt ?? "";
