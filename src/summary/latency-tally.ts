import { type Latency, type LatencyByState, type Metric, METRICS, type Quantile } from "../model/figures.ts";
import { type Us, us } from "../model/units.ts";
import { addHistogram, createHistogram, type Histogram, recordValue, valueAtRank } from "../record/histograms.ts";
import type { Reading } from "./metrics.ts";
import { quantileRanks, samplesNeeded } from "./quantiles.ts";

/** Of every latency; thresholds can name these. */
export const QUANTILES = [0.5, 0.9, 0.95, 0.99, 0.999];
/** Metrics in which a time-out stands for an answer that would have come later still. */
const CENSORED: readonly Metric[] = ["roundTrip", "responseTime", "serviceTime", "login"];

/** "atLeast": of the successes, less what each may have lain unread. */
type Group = Reading["group"] | "atLeast";

/** Histograms by metric and group; made when first needed, as each takes 90 KB and most runs need few. */
export type LatencyTally = Map<Metric, Record<Group, Histogram | undefined>>;

const GROUPS: readonly Group[] = ["success", "failure", "timeout", "atLeast"];

export function recordReading(into: LatencyTally, { metric, group, value }: Reading): void {
  recordTime(into, metric, group, value);
}

/** `atLeast`: less what the answer may have lain unread in the generator; undefined: not known, or no answer ends this clock. */
export function recordTime(into: LatencyTally, metric: Metric, group: Reading["group"], value: Us, atLeast?: Us): void {
  recordValue(histogramIn(into, metric, group), value);
  if (group === "success" && atLeast !== undefined) recordValue(histogramIn(into, metric, "atLeast"), atLeast);
}

export function mergeLatencies(into: LatencyTally, from: LatencyTally): void {
  for (const [metric, groups] of from) {
    for (const group of GROUPS) {
      const histogram = groups[group];
      if (histogram !== undefined) addHistogram(histogramIn(into, metric, group), histogram);
    }
  }
}

function histogramIn(tally: LatencyTally, metric: Metric, group: Group): Histogram {
  let groups = tally.get(metric);
  if (groups === undefined) {
    groups = { success: undefined, failure: undefined, timeout: undefined, atLeast: undefined };
    tally.set(metric, groups);
  }
  // Each by its name: there are some ten of these for every device.
  switch (group) {
    case "success":
      return (groups.success ??= createHistogram());
    case "failure":
      return (groups.failure ??= createHistogram());
    case "timeout":
      return (groups.timeout ??= createHistogram());
    case "atLeast":
      return (groups.atLeast ??= createHistogram());
  }
}

/** The three populations of a metric that are reported; undefined: empty. */
export function populationsOf(
  tally: LatencyTally,
  metric: Metric,
): Readonly<Record<"success" | "failure" | "withTimeouts", Histogram | undefined>> {
  const { success, failure, timeout } = tally.get(metric) ?? {};
  return {
    success,
    failure: union(failure, timeout),
    withTimeouts: CENSORED.includes(metric) ? union(success, timeout) : success,
  };
}

function union(a: Histogram | undefined, b: Histogram | undefined): Histogram | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const both = createHistogram();
  addHistogram(both, a);
  addHistogram(both, b);
  return both;
}

export function latenciesOf(tally: LatencyTally): Readonly<Record<Metric, LatencyByState>> {
  const entries = METRICS.map((metric): [Metric, LatencyByState] => {
    const { success, failure, withTimeouts } = populationsOf(tally, metric);
    const { atLeast, timeout } = tally.get(metric) ?? {};
    const whole = atLeast !== undefined && atLeast.count === success?.count ? atLeast : undefined;
    const ofSuccess = latencyOf(success, whole);
    return [
      metric,
      {
        success: ofSuccess,
        failure: latencyOf(failure),
        withTimeouts: withTimeouts === success ? ofSuccess : latencyOf(withTimeouts, whole && union(whole, timeout)),
        timeouts: timeout?.count ?? 0,
      },
    ];
  });
  return Object.fromEntries(entries) as Record<Metric, LatencyByState>;
}

function latencyOf(histogram: Histogram | undefined, atLeast?: Histogram): Latency {
  const count = histogram?.count ?? 0;
  const quantiles = QUANTILES.map((q) => ({ ...quantileOf(histogram, q), ...lowerBound(atLeast, q) }));
  if (histogram === undefined || count === 0) {
    return { count, min: null, mean: null, max: null, quantiles, overflow: 0 };
  }
  const { least, greatest, sum, overflow } = histogram;
  return { count, min: us(least), mean: sum / count, max: us(greatest), quantiles, overflow };
}

/** The quantile of lower values is a lower value: of each sample, and so of the quantile. */
function lowerBound(atLeast: Histogram | undefined, q: number): Pick<Quantile, "atLeast"> {
  if (atLeast === undefined) return {};
  const ranks = quantileRanks(atLeast.count, q);
  return { atLeast: (ranks && valueAtRank(atLeast, ranks.value)) ?? null };
}

function quantileOf(histogram: Histogram | undefined, q: number): Quantile {
  const needs = samplesNeeded(q);
  const ranks = histogram === undefined ? undefined : quantileRanks(histogram.count, q);
  if (histogram === undefined || ranks === undefined) return { q, value: null, low: null, high: null, needs };
  return {
    q,
    value: valueAtRank(histogram, ranks.value) ?? null,
    low: valueAtRank(histogram, ranks.low) ?? null,
    high: valueAtRank(histogram, ranks.high) ?? null,
    needs,
  };
}
