import { METRICS } from "../model/figures.ts";
import { secondsFromUs, us } from "../model/units.ts";
import { encodeHistogram, type Histogram } from "../record/histograms.ts";
import { percentileText } from "../record/percentile-text.ts";
import type { PhaseTally } from "./phase-tally.ts";
import { populationsOf } from "./latency-tally.ts";

const US_PER_MS = 1_000;

/** One latency histogram of the measured phases, ready for HdrHistogram's file formats. */
export interface ResultHistogram {
  /** "roundTrip.success", "login.failure", …: no spaces or commas, so that it can be a tag of a log. */
  readonly name: string;
  /** Since run start. */
  readonly startSeconds: number;
  readonly intervalSeconds: number;
  /** Largest value in range. */
  readonly maxMs: number;
  /** V2 compressed, base64; in microseconds. */
  readonly encoded: string;
  /** The text of a .hgrm file, in milliseconds. */
  readonly percentiles: string;
}

/** Histograms of all metrics and states that have values; those with time-outs only where there were time-outs. */
export function resultHistograms(measured: PhaseTally): readonly ResultHistogram[] {
  const { first } = measured.arrivals.intended;
  if (!Number.isFinite(first)) return [];
  const startSeconds = secondsFromUs(us(first));
  const intervalSeconds = secondsFromUs(us(Math.max(0, measured.ended.last - first)));
  return METRICS.flatMap((metric) => {
    const { success, failure, withTimeouts } = populationsOf(measured.latencies, metric);
    const named: readonly (readonly [string, Histogram | undefined])[] = [
      [`${metric}.success`, success],
      [`${metric}.failure`, failure],
      [`${metric}.withTimeouts`, withTimeouts === success ? undefined : withTimeouts],
    ];
    return named.flatMap(([name, histogram]) => {
      if (histogram === undefined || histogram.buckets.totalCount === 0) return [];
      return [
        {
          name,
          startSeconds,
          intervalSeconds,
          maxMs: histogram.buckets.maxValue / US_PER_MS,
          encoded: encodeHistogram(histogram),
          percentiles: percentileText(histogram),
        },
      ];
    });
  });
}
