import { rankOf } from "../../summary/quantiles.ts";

/** Which devices of 500 meet a long way is chance: so many of them is three standard deviations, or more. */
const CHANCE = 0.01;
/** How far the distributions of 250 and 500 values of one kind may be apart (Kolmogorov-Smirnov, two samples, 5 %). */
const APART = 0.1;
const PERCENTS = Array.from({ length: 100 }, (_, index) => (index + 1) / 100);

/**
 * Between what a quantile of round trips must lie if the server took these service times, and its floor, the way there and
 * back, was measured in several runs; all ascending, in one unit. Each device took its service time and the least floor at
 * least, so that its quantile lies above the server's plus that. It lies below the quantile, 1 % further up, of all sums of a
 * service time and a floor, where each floor is that of a tenth of the devices further up, in the run with the highest.
 */
export function expectedQuantile(
  served: readonly number[],
  floors: readonly (readonly number[])[],
  q: number,
): readonly [least: number, most: number] {
  const ways = PERCENTS.map((percent) =>
    Math.max(...floors.map((floor) => quantileAt(floor, Math.min(1, percent + APART)))),
  );
  return [
    quantileAt(served, q) + Math.min(...floors.map((floor) => quantileAt(floor, 0))),
    sumAt(served, ways, q + CHANCE),
  ];
}

/**
 * A quantile of all sums of a value of each list, both ascending, as `quantileAt` would find it among them in order. Tens of
 * thousands of sums are not put in order for one of them: it is the least number that so many of them do not exceed.
 */
function sumAt(some: readonly number[], others: readonly number[], q: number): number {
  const rank = rankOf(some.length * others.length, q);
  if (rank > some.length * others.length) return Number.NaN;
  let below = -Infinity;
  let found = (some.at(-1) ?? Number.NaN) + (others.at(-1) ?? Number.NaN);
  for (
    let at = (some[0] ?? Number.NaN) + (others[0] ?? Number.NaN);
    at > below && at < found;
    at = below + (found - below) / 2
  ) {
    if (sumsUpTo(some, others, at) >= rank) found = at;
    else below = at;
  }
  return found;
}

/** How many sums of a value of each list are at most `limit`. */
function sumsUpTo(some: readonly number[], others: readonly number[], limit: number): number {
  let count = 0;
  let fit = others.length;
  for (const value of some) {
    while (fit > 0 && value + (others[fit - 1] ?? 0) > limit) fit -= 1;
    count += fit;
  }
  return count;
}

/** By nearest rank, as every figure of a report; not a number where there is no value. */
export function quantileAt(sorted: ArrayLike<number>, q: number): number {
  return sorted[rankOf(sorted.length, q) - 1] ?? Number.NaN;
}
