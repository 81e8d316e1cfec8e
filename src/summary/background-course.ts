import type { BackgroundCourse } from "../model/background.ts";
import { us } from "../model/units.ts";
import type { BackgroundSeconds } from "./background-tally.ts";
import { windowQuantiles } from "./round-trip-windows.ts";
import { type RoundTrips, sortedRoundTrips } from "./round-trips.ts";
import { MOST_WINDOWS, stepFor, windowOf, windowsOf } from "./windows.ts";

/** Undefined: nothing happened. Windows are as long as makes the course easy to look at. */
export function backgroundCourse(seconds: BackgroundSeconds): BackgroundCourse | undefined {
  let [first, last] = [Infinity, -Infinity];
  for (const second of seconds.keys()) [first, last] = [Math.min(first, second), Math.max(last, second)];
  if (first > last) return undefined;
  const windows = windowsOf(first, last, stepFor(last - first + 1, MOST_WINDOWS));
  const times = Array.from({ length: windows.count }, (): RoundTrips[] => []);
  const lost = Array.from({ length: windows.count }, () => 0);
  for (const [second, { roundTrips, lost: losses }] of seconds) {
    const window = windowOf(windows, second);
    times[window]?.push(roundTrips);
    lost[window] = (lost[window] ?? 0) + losses;
  }
  const each = times.map((tallies) => {
    const sorted = sortedRoundTrips(tallies);
    const greatest = sorted.at(-1);
    const { p50, p99 } = windowQuantiles(sorted.length, (rank) => sorted[rank - 1] ?? 0);
    return { p50, p99, max: greatest === undefined ? null : us(greatest) };
  });
  return {
    from: windows.from,
    step: windows.step,
    p50: each.map(({ p50 }) => p50),
    p99: each.map(({ p99 }) => p99),
    max: each.map(({ max }) => max),
    lost,
  };
}
