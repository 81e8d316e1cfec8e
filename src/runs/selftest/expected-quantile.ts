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
  const sums = new Float64Array(served.length * ways.length);
  for (const [row, ms] of served.entries()) {
    for (const [column, way] of ways.entries()) sums[row * ways.length + column] = ms + way;
  }
  sums.sort();
  return [
    quantileAt(served, q) + Math.min(...floors.map((floor) => quantileAt(floor, 0))),
    quantileAt(sums, q + CHANCE),
  ];
}

/** By nearest rank, as every figure of a report; not a number where there is no value. */
export function quantileAt(sorted: ArrayLike<number>, q: number): number {
  return sorted[rankOf(sorted.length, q) - 1] ?? Number.NaN;
}
