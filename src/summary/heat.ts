import type { Heat } from "../model/timeline.ts";
import { us } from "../model/units.ts";
import type { SecondTallies } from "./second-tally.ts";
import { type Windows, windowOf } from "./windows.ts";

/** Bands of the finest map to a decade; a coarser one joins as many of them as divide it, so that bounds of all runs meet. */
const FINEST = 24;
const JOINED = [1, 2, 3, 4, 6, 8, 12, 24];
const MOST_BANDS = 30;

/** Counts of round trips by window and by latency band, on a logarithmic scale from the shortest to the longest. */
export function heatOf(tallies: SecondTallies, windows: Windows): Heat {
  const columns = Array.from({ length: windows.count }, () => new Map<number, number>());
  for (const [second, { roundTrips }] of tallies) {
    const column = columns[windowOf(windows, second)];
    if (column === undefined) continue;
    for (const { values, count } of roundTrips.values()) {
      for (const value of values.subarray(0, count)) {
        const band = bandOf(value);
        column.set(band, (column.get(band) ?? 0) + 1);
      }
    }
  }
  return heatOfBands(columns, windows);
}

/** The same of what was counted by the finest bands already. */
export function heatOfBands(columns: readonly ReadonlyMap<number, number>[], windows: Windows): Heat {
  const bands = columns.flatMap((column) => [...column.keys()]);
  let [lowest, highest]: (number | undefined)[] = [];
  for (const band of bands) {
    if (lowest === undefined || band < lowest) lowest = band;
    if (highest === undefined || band > highest) highest = band;
  }
  const { from, step } = windows;
  if (lowest === undefined || highest === undefined) return { from, step, bounds: [], counts: columns.map(() => []) };
  const joined = JOINED.find((each) => Math.floor(highest / each) - Math.floor(lowest / each) < MOST_BANDS) ?? FINEST;
  const first = Math.floor(lowest / joined);
  const size = Math.floor(highest / joined) - first + 1;
  const counts = columns.map((of) => {
    const column = Array.from({ length: size }, () => 0);
    for (const [band, count] of of) {
      const row = Math.floor(band / joined) - first;
      column[row] = (column[row] ?? 0) + count;
    }
    return column;
  });
  return {
    from,
    step,
    bounds: Array.from({ length: size + 1 }, (_, index) => boundOf((first + index) * joined)),
    counts,
  };
}

/** Values below 1 us are those of a clock that did not move. */
export function bandOf(value: number): number {
  return Math.floor(FINEST * Math.log10(Math.max(1, value)) + 1e-9);
}

const boundOf = (band: number) => us(Math.round(10 ** (band / FINEST)));
