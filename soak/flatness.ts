/** A value at a time. */
export interface Sample {
  /** Milliseconds. */
  readonly at: number;
  readonly value: number;
}

export interface Trend {
  readonly samples: number;
  /** The middle value. */
  readonly median: number;
  readonly most: number;
  /** Of the line through the samples, over an hour. */
  readonly perHour: number;
}

const HOUR_MS = 3_600_000;

/**
 * The trend of a series: the median of the slopes between all pairs (Theil and Sen), which a collection of garbage or
 * one bad sample does not turn, as it turns a line of least squares. Undefined: too few samples for a line.
 */
export function trendOf(samples: readonly Sample[]): Trend | undefined {
  if (samples.length < 3) return undefined;
  const slopes: number[] = [];
  for (const [index, earlier] of samples.entries()) {
    for (const later of samples.slice(index + 1)) {
      if (later.at > earlier.at) slopes.push((later.value - earlier.value) / (later.at - earlier.at));
    }
  }
  const values = samples.map(({ value }) => value);
  return {
    samples: samples.length,
    median: middleOf(values),
    most: Math.max(...values),
    perHour: middleOf(slopes) * HOUR_MS,
  };
}

function middleOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export type Flatness = "flat" | "GROWS" | "not judged";

/** Below this a few megabytes of an arena are a slope of hundreds an hour: nothing can be told. */
const LEAST_JUDGED_MINUTES = 10;

/** `judgedMs`: the time that the samples cover. */
export function judge(trend: Trend | undefined, bound: number, judgedMs: number): Flatness {
  if (trend === undefined || judgedMs < LEAST_JUDGED_MINUTES * 60_000) return "not judged";
  return trend.perHour <= bound ? "flat" : "GROWS";
}
