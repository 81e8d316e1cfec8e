import type { RoundTripWindow } from "../model/timeline.ts";
import { type Us, us } from "../model/units.ts";
import { rankOf } from "./quantiles.ts";
import { type RoundTrips, sortedRoundTrips } from "./round-trips.ts";
import type { SecondTallies } from "./second-tally.ts";
import { type Windows, windowOf } from "./windows.ts";

/** So many that one of them lies beyond p99. */
export const ENOUGH = 100;

interface Gathered {
  readonly tallies: RoundTrips[];
  first: number;
  last: number;
  count: number;
}

/** Windows of each phase, in order, each widened until it has enough round trips; the rest of a phase joins the one before. */
export function roundTripWindows(tallies: SecondTallies, windows: Windows, enough: number): readonly RoundTripWindow[] {
  const phases = new Map<number, Map<number, RoundTrips[]>>();
  for (const [second, { roundTrips }] of tallies) {
    for (const [phase, values] of roundTrips) {
      const byWindow = phases.get(phase) ?? new Map<number, RoundTrips[]>();
      phases.set(phase, byWindow);
      const window = windowOf(windows, second);
      byWindow.set(window, [...(byWindow.get(window) ?? []), values]);
    }
  }
  return [...phases]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([phase, byWindow]) =>
      gather(byWindow, enough).map((gathered) => windowSummary(phase, gathered, windows)),
    );
}

function gather(byWindow: ReadonlyMap<number, readonly RoundTrips[]>, enough: number): readonly Gathered[] {
  const all: Gathered[] = [];
  for (const [window, tallies] of [...byWindow].toSorted(([a], [b]) => a - b)) {
    const count = tallies.reduce((sum, each) => sum + each.count, 0);
    const open = all.at(-1);
    if (open === undefined || open.count >= enough) {
      all.push({ tallies: [...tallies], first: window, last: window, count });
    } else {
      join(open, { tallies: [...tallies], first: window, last: window, count });
    }
  }
  const [before, rest] = all.slice(-2);
  if (before !== undefined && rest !== undefined && rest.count < enough) {
    join(before, rest);
    all.pop();
  }
  return all;
}

function join(into: Gathered, from: Gathered): void {
  into.tallies.push(...from.tallies);
  into.last = from.last;
  into.count += from.count;
}

function windowSummary(
  phase: number,
  { tallies, first, last, count }: Gathered,
  { from, step }: Windows,
): RoundTripWindow {
  const sorted = sortedRoundTrips(tallies);
  return {
    phase,
    from: from + first * step,
    to: from + (last + 1) * step,
    count,
    ...windowQuantiles(count, (rank) => sorted[rank - 1] ?? 0),
    max: us(sorted.at(-1) ?? 0),
  };
}

/** Null: not one value lies beyond it. `atRank`: the so many-th smallest value, from 1 to `count`. */
export function windowQuantiles(
  count: number,
  atRank: (rank: number) => number,
): Pick<RoundTripWindow, "p50" | "p90" | "p99"> {
  const quantile = (q: number): Us | null => (count * (1 - q) < 1 - 1e-9 ? null : us(atRank(rankOf(count, q))));
  return { p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99) };
}
