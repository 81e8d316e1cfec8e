import { FAILURE_KINDS, REJECTION_STATUSES } from "../model/outcome.ts";
import type { StageTimes } from "../model/snapshot.ts";
import { byCount, TIMELINE_COUNTS, type Timeline, type TimelineCount, type TimelineSpan } from "../model/timeline.ts";
import { generatorTimelines } from "./generator-timelines.ts";
import type { PlaceTallies } from "./place-tally.ts";
import { type GroupedTallies, groupTimelines } from "./group-timelines.ts";
import { placeTimelines } from "./place-timelines.ts";
import { heatOf } from "./heat.ts";
import { ENOUGH, roundTripWindows } from "./round-trip-windows.ts";
import { stageMeans } from "./stage-means.ts";
import type { SecondTallies, SecondTally } from "./second-tally.ts";
import { createStageSums, mergeStages } from "../record/stage-sums.ts";
import { MOST_COLUMNS, MOST_WINDOWS, stepFor, type Windows, windowOf, windowsOf } from "./windows.ts";

const NO_GROUPS: GroupedTallies = { groups: undefined, tallies: new Map() };

/** Undefined: nothing happened. Windows are as long as makes the timeline easy to look at. */
export function timelineOf(
  tallies: SecondTallies,
  spans: readonly TimelineSpan[],
  places: PlaceTallies = new Map(),
  grouped: GroupedTallies = NO_GROUPS,
): Timeline | undefined {
  return build(tallies, spans, { step: undefined, enough: ENOUGH, places, grouped });
}

/** The same a second at a time and without its spans, however long the run and however few its round trips: for tables. */
export function timelineBySecond(
  tallies: SecondTallies,
  places: PlaceTallies = new Map(),
  grouped: GroupedTallies = NO_GROUPS,
): Timeline | undefined {
  return build(tallies, [], { step: 1, enough: 1, places, grouped });
}

function build(
  tallies: SecondTallies,
  spans: readonly TimelineSpan[],
  {
    step,
    enough,
    places,
    grouped: byGroup,
  }: {
    readonly step: number | undefined;
    readonly enough: number;
    readonly places: PlaceTallies;
    readonly grouped: GroupedTallies;
  },
): Timeline | undefined {
  const [first, last] = endsOf(tallies);
  if (first > last) return undefined;
  const windows = windowsOf(first, last, step ?? stepFor(last - first + 1, MOST_WINDOWS));
  const seconds = grouped(tallies, windows);
  const counts = byCount((key) => seconds.map((each) => sum(each, (second) => second.counts[key])));
  return {
    from: windows.from,
    step: windows.step,
    spans,
    counts,
    inFlight: inFlightOf(counts),
    held: seconds.map(heldOf),
    failures: FAILURE_KINDS.flatMap((kind) => {
      const of = seconds.map((each) => sum(each, ({ failures }) => failures.get(kind) ?? 0));
      return of.some((count) => count > 0) ? [{ kind, counts: of }] : [];
    }),
    rejections: REJECTION_STATUSES.flatMap((status) => {
      const of = seconds.map((each) => sum(each, ({ rejections }) => rejections.get(status) ?? 0));
      return of.some((count) => count > 0) ? [{ status, counts: of }] : [];
    }),
    roundTrips: roundTripWindows(tallies, windows, enough),
    heat: heatOf(tallies, windowsOf(first, last, stepFor(last - first + 1, MOST_COLUMNS))),
    stages: stageMeans(seconds.map(stagesOf)),
    ...generatorTimelines(seconds),
    ...placeTimelines(places, windows),
    ...groupTimelines(byGroup, windows),
  };
}

/** Seconds in which a generator only waited for the start are no part of it. */
function endsOf(tallies: SecondTallies): readonly [first: number, last: number] {
  let [first, last] = [Infinity, -Infinity];
  for (const [second, { counts, health }] of tallies) {
    if (second < 0 || (health.size === 0 && TIMELINE_COUNTS.every((key) => counts[key] === 0))) continue;
    [first, last] = [Math.min(first, second), Math.max(last, second)];
  }
  return [first, last];
}

function grouped(tallies: SecondTallies, windows: Windows): readonly (readonly SecondTally[])[] {
  const groups = Array.from({ length: windows.count }, (): SecondTally[] => []);
  for (const [second, tally] of tallies) groups[windowOf(windows, second)]?.push(tally);
  return groups;
}

/** What a journal does not know to have ended is still under way; a late report never makes it less than none. */
function inFlightOf(counts: Readonly<Record<TimelineCount, readonly number[]>>): readonly number[] {
  let inFlight = 0;
  return counts.started.map((started, index) => {
    const ended = (["provisioned", "rejected", "failed", "aborted"] as const).map((key) => counts[key][index] ?? 0);
    inFlight += started - ended.reduce((total, count) => total + count, 0);
    return Math.max(0, inFlight);
  });
}

/** All generators together, at the most in the window. */
function heldOf(seconds: readonly SecondTally[]): number | null {
  const told = seconds.flatMap(({ health }) => {
    const of = [...health.values()].flatMap(({ held }) => (held === undefined ? [] : [held]));
    return of.length === 0 ? [] : [of.reduce((total, held) => total + held, 0)];
  });
  return told.length === 0 ? null : Math.max(...told);
}

function stagesOf(seconds: readonly SecondTally[]): StageTimes {
  const all = createStageSums();
  for (const { stages } of seconds) mergeStages(all, stages);
  return all;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
