import type { PercentileCurve } from "../model/timeline.ts";
import { createRankReader, type Histogram } from "../record/histograms.ts";
import type { PhaseResult } from "./figures.ts";
import { populationsOf } from "./latency-tally.ts";
import { quantileRanks } from "./quantiles.ts";

/** Steps between one share of the slowest and a tenth of it. */
const STEPS_PER_TENTH = 12;
const TENTHS = 5;

/** 0, then as far apart as they are drawn: on a scale on which 90 %, 99 % and 99.9 % have the same distance. */
const SHARES: readonly number[] = Array.from(
  { length: STEPS_PER_TENTH * TENTHS + 1 },
  (_, index) => 1 - 10 ** (-index / STEPS_PER_TENTH),
).slice(1);

/** Both clocks of each measured phase, as far as its samples bound a quantile from both sides. */
export function percentileCurves(measured: readonly PhaseResult[]): readonly PercentileCurve[] {
  return measured.flatMap(({ index, tally }) =>
    (["roundTrip", "responseTime"] as const).flatMap((metric) => {
      const points = curvePoints(populationsOf(tally.latencies, metric).withTimeouts);
      return points.length === 0 ? [] : [{ phase: index, metric, points }];
    }),
  );
}

/** As far as the samples bound a quantile from both sides. */
export function curvePoints(histogram: Histogram | undefined): PercentileCurve["points"] {
  if (histogram === undefined) return [];
  // Each of the three ascends with the share: all points together are one way through the histogram, not sixty.
  const [valueAt, lowAt, highAt] = [
    createRankReader(histogram),
    createRankReader(histogram),
    createRankReader(histogram),
  ];
  return SHARES.flatMap((q) => {
    const ranks = quantileRanks(histogram.count, q);
    if (ranks === undefined) return [];
    const [value, low, high] = [valueAt(ranks.value), lowAt(ranks.low), highAt(ranks.high)];
    return value === undefined || low === undefined || high === undefined
      ? []
      : [{ q: Math.round(q * 1e6) / 1e6, value, low, high }];
  });
}
