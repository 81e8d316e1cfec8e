import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram as BucketCounts,
  JsHistogram,
} from "hdr-histogram-js";
import { type Us, us } from "../model/units.ts";

/** The one configuration of every histogram: 1 us to 10 min, 3 significant digits. */
const HIGHEST: Us = us(600_000_000);
const DIGITS = 3;
const US_PER_MS = 1_000;

/**
 * Durations in microseconds. `buckets` is the HDR histogram (a value is known to 3 digits); count, sum, least and
 * greatest are kept exactly beside it, and cover what the buckets cannot take.
 */
export interface Histogram {
  readonly buckets: BucketCounts;
  /** All recorded values, those out of range included. */
  count: number;
  /** Values outside 0 to 10 min: counted, never clamped. */
  overflow: number;
  sum: number;
  least: number;
  greatest: number;
}

/** About 90 KB; recording costs some 0.1 us. */
export function createHistogram(): Histogram {
  const buckets = build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST,
    numberOfSignificantValueDigits: DIGITS,
  });
  return { buckets, count: 0, overflow: 0, sum: 0, least: Infinity, greatest: -Infinity };
}

export function recordValue(into: Histogram, value: Us): void {
  into.count += 1;
  into.sum += value;
  if (value < into.least) into.least = value;
  if (value > into.greatest) into.greatest = value;
  if (value >= 0 && value <= HIGHEST) into.buckets.recordValue(value);
  else into.overflow += 1;
}

export function addHistogram(into: Histogram, other: Histogram): void {
  if (other.count === 0) return;
  into.buckets.add(other.buckets);
  into.count += other.count;
  into.overflow += other.overflow;
  into.sum += other.sum;
  into.least = Math.min(into.least, other.least);
  into.greatest = Math.max(into.greatest, other.greatest);
}

export function resetHistogram(histogram: Histogram): void {
  histogram.buckets.reset();
  Object.assign(histogram, { count: 0, overflow: 0, sum: 0, least: Infinity, greatest: -Infinity });
}

/** The `rank`-th smallest value (1 to count), to 3 digits; undefined if it lies beyond the range. */
export function valueAtRank(histogram: Histogram, rank: number): Us | undefined {
  const inRange = histogram.buckets.totalCount;
  if (rank < 1 || rank > inRange) return undefined;
  // The library takes a percentage and rounds its count up: half a rank below names exactly this one.
  const value = histogram.buckets.getValueAtPercentile((100 * (rank - 0.5)) / inRange);
  return us(Math.min(value, histogram.greatest));
}

/** HdrHistogram's V2 compressed form in base64, as its log format has it. Out-of-range values are not part of it. */
export function encodeHistogram(histogram: Histogram): string {
  return encodeIntoCompressedBase64(histogram.buckets);
}

/** The inverse of `encodeHistogram`; sum, least and greatest come back to 3 digits. */
export function decodeHistogram(encoded: string): Histogram {
  const buckets = decodeFromCompressedBase64(encoded);
  const count = buckets.totalCount;
  const least = count === 0 ? Infinity : buckets.getValueAtPercentile(0);
  const greatest = count === 0 ? -Infinity : buckets.maxValue;
  return { buckets, count, overflow: 0, sum: buckets.mean * count, least, greatest };
}

/** Every value that was recorded, to 3 digits, with how often; ascending. */
export function* countedValues({ buckets }: Histogram): Generator<readonly [value: number, count: number]> {
  // The library's other implementation, in WebAssembly, is not used here.
  if (!(buckets instanceof JsHistogram)) return;
  const values = buckets.recordedValuesIterator;
  values.reset();
  while (values.hasNext()) {
    const { valueIteratedTo, countAddedInThisIterationStep } = values.next();
    if (countAddedInThisIterationStep > 0) yield [valueIteratedTo, countAddedInThisIterationStep];
  }
}

/** The percentile distribution in HdrHistogram's own text form (.hgrm), in milliseconds. */
export function percentileText(histogram: Histogram): string {
  return histogram.buckets.outputPercentileDistribution(5, US_PER_MS);
}
