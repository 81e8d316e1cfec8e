import type { BackgroundCourse } from "../model/background.ts";
import type { Us } from "../model/units.ts";
import type { BackgroundSeconds } from "./background-tally.ts";
import { rankOf } from "./quantiles.ts";
import { MOST_WINDOWS, stepFor, windowOf, windowsOf } from "./windows.ts";

/** Undefined: nothing happened. Windows are as long as makes the course easy to look at. */
export function backgroundCourse(seconds: BackgroundSeconds): BackgroundCourse | undefined {
  let [first, last] = [Infinity, -Infinity];
  for (const second of seconds.keys()) [first, last] = [Math.min(first, second), Math.max(last, second)];
  if (first > last) return undefined;
  const windows = windowsOf(first, last, stepFor(last - first + 1, MOST_WINDOWS));
  const times = Array.from({ length: windows.count }, (): Us[] => []);
  const lost = Array.from({ length: windows.count }, () => 0);
  for (const [second, { roundTrips, lost: losses }] of seconds) {
    const window = windowOf(windows, second);
    for (const time of roundTrips) times[window]?.push(time);
    lost[window] = (lost[window] ?? 0) + losses;
  }
  const sorted = times.map((each) => each.toSorted((a, b) => a - b));
  return {
    from: windows.from,
    step: windows.step,
    p50: sorted.map((each) => quantileOf(each, 0.5)),
    p99: sorted.map((each) => quantileOf(each, 0.99)),
    max: sorted.map((each) => each.at(-1) ?? null),
    lost,
  };
}

function quantileOf(sorted: readonly Us[], q: number): Us | null {
  if (sorted.length * (1 - q) < 1 - 1e-9) return null;
  return sorted[rankOf(sorted.length, q) - 1] ?? null;
}
