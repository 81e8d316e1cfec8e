import type { Timeline } from "../model/timeline.ts";
import type { PlaceTallies } from "./place-tally.ts";
import { type Windows, windowOf } from "./windows.ts";

/** Lines that can be told apart. */
const MOST_PLACES = 12;

/** Where there are several addresses, what became of the devices that were started at each; of very many, those with the most. */
export function placeTimelines(
  tallies: PlaceTallies,
  windows: Windows,
): Partial<Pick<Timeline, "places" | "placesLeftOut">> {
  if (tallies.size < 2) return {};
  const all = [...tallies]
    .map(([place, { seconds }]) => {
      const [answered, failed] = [zeros(windows), zeros(windows)];
      for (const [second, counts] of seconds) {
        const at = windowOf(windows, second);
        if (answered[at] === undefined || failed[at] === undefined) continue;
        answered[at] += counts.answered;
        failed[at] += counts.failed;
      }
      return { place, answered, failed };
    })
    .toSorted(
      (a, b) => sum(b.answered) + sum(b.failed) - sum(a.answered) - sum(a.failed) || (a.place < b.place ? -1 : 1),
    );
  const shown = all.slice(0, MOST_PLACES).toSorted((a, b) => (a.place < b.place ? -1 : 1));
  return { places: shown, placesLeftOut: all.length - shown.length };
}

const zeros = ({ count }: Windows): number[] => Array.from({ length: count }, () => 0);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
