import int32 from "hdr-histogram-js/dist/Int32Histogram.js";
import { decompress, doDecode } from "hdr-histogram-js/dist/JsHistogram.encoding.js";
import type { JsHistogram as BucketCounts } from "hdr-histogram-js/dist/JsHistogram.js";
import { type Us, us } from "../model/units.ts";

/*
 * The files of the library that are used, and not its index: that also loads its other implementation, a WebAssembly module in base64, which
 * takes a tenth of the start of a generator.
 */

/** The library is CommonJS. Node gives all that the file exports; what runs or bundles a script that imports rollcall (vitest) gives its default at once. */
const Int32Counts = "default" in int32 ? int32.default : int32;

/** The one configuration of every histogram: 1 us to 10 min, 3 significant digits. */
const HIGHEST: Us = us(600_000_000);
const DIGITS = 3;

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
  const buckets = new Int32Counts(1, HIGHEST, DIGITS);
  // Another's buckets, from a file or a message, may reach further.
  buckets.autoResize = true;
  return { buckets, count: 0, overflow: 0, sum: 0, least: Infinity, greatest: -Infinity };
}

export function recordValue(into: Histogram, value: Us): void {
  into.count += 1;
  into.sum += value;
  if (value < into.least) into.least = value;
  if (value > into.greatest) into.greatest = value;
  if (value >= 0 && value <= HIGHEST) count(into.buckets, value);
  else into.overflow += 1;
}

/** 2 to this many buckets for each power of two: what three significant digits need. */
const HALF_BITS = 10;

/** What the library's recordValue does, which finds the place by logarithms and powers and takes five times as long. */
function count(buckets: BucketCounts, value: Us): void {
  const shift = Math.max(0, 31 - Math.clz32(value) - HALF_BITS);
  buckets.incrementCountAtIndex((shift << HALF_BITS) + (value >>> shift));
  buckets.incrementTotalCount();
  buckets.updateMinAndMax(value);
}

export function addHistogram(into: Histogram, other: Histogram): void {
  if (other.count === 0) return;
  addCounts(into.buckets, other.buckets);
  into.count += other.count;
  into.overflow += other.overflow;
  into.sum += other.sum;
  into.least = Math.min(into.least, other.least);
  into.greatest = Math.max(into.greatest, other.greatest);
}

/** What the library's `add` does, which goes through all 22,000 places: values lie in a few hundred of them. */
function addCounts(into: BucketCounts, other: BucketCounts): void {
  const alike =
    into.countsArrayLength === other.countsArrayLength &&
    into.subBucketCount === other.subBucketCount &&
    into.lowestDiscernibleValue === other.lowestDiscernibleValue;
  if (!alike) {
    into.add(other);
    return;
  }
  into.addToCountAtIndex(0, other.getCountAtIndex(0));
  if (other.maxValue > 0) {
    const last = other.countsArrayIndex(other.maxValue);
    for (let index = firstPlace(other); index <= last; index += 1) {
      const counted = other.getCountAtIndex(index);
      if (counted > 0) into.addToCountAtIndex(index, counted);
    }
    into.updateMinAndMax(other.minNonZeroValue);
    into.updateMinAndMax(other.maxValue);
  }
  into.setTotalCount(into.totalCount + other.totalCount);
}

/** The first place but that of 0 in which something was counted; something must have been. */
function firstPlace(buckets: BucketCounts): number {
  return Math.max(1, buckets.countsArrayIndex(buckets.minNonZeroValue));
}

export function resetHistogram(histogram: Histogram): void {
  histogram.buckets.reset();
  Object.assign(histogram, { count: 0, overflow: 0, sum: 0, least: Infinity, greatest: -Infinity });
}

/** The `rank`-th smallest value (1 to count), to 3 digits; undefined if it lies beyond the range. */
export function valueAtRank(histogram: Histogram, rank: number): Us | undefined {
  return createRankReader(histogram)(rank);
}

/** As `valueAtRank`, for ranks that ascend: each goes on where the one before was found. */
export function createRankReader({ buckets, greatest }: Histogram): (rank: number) => Us | undefined {
  let index = 0;
  let below = buckets.getCountAtIndex(0);
  return (rank) => {
    if (rank < 1 || rank > buckets.totalCount) return undefined;
    if (index === 0 && below < rank) {
      index = firstPlace(buckets);
      below += buckets.getCountAtIndex(index);
    }
    while (below < rank) {
      index += 1;
      below += buckets.getCountAtIndex(index);
    }
    return us(Math.min(highestAt(buckets, index), greatest));
  };
}

/** The highest of the values that are counted together at `index`; the library's own way there takes several logarithms. */
function highestAt(buckets: BucketCounts, index: number): number {
  return buckets.valueFromIndex(index + 1) - 1;
}

/** HdrHistogram's V2 compressed form in base64, as its log format has it. Out-of-range values are not part of it. */
export function encodeHistogram(histogram: Histogram): string {
  return histogram.buckets.encodeIntoCompressedBase64();
}

/** The inverse of `encodeHistogram`; sum, least and greatest come back to 3 digits. */
export function decodeHistogram(encoded: string): Histogram {
  const buckets = doDecode(decompress(Buffer.from(encoded, "base64")));
  const count = buckets.totalCount;
  const histogram = { buckets, count, overflow: 0, sum: 0, least: Infinity, greatest: -Infinity };
  if (count === 0) return histogram;
  for (const [lowest, highest, counted] of countedRanges(buckets)) {
    histogram.least = Math.min(histogram.least, lowest);
    histogram.sum += middleOf(lowest, highest) * counted;
  }
  histogram.greatest = buckets.maxValue;
  return histogram;
}

/** What stands for all values of a range: its middle, rounded up. */
export function middleOf(lowest: number, highest: number): number {
  return Math.ceil((lowest + highest) / 2);
}

/** Every value that was recorded, to 3 digits, with how often; ascending. */
export function* countedValues({ buckets }: Histogram): Generator<readonly [value: number, count: number]> {
  for (const [, highest, counted] of countedRanges(buckets)) yield [highest, counted];
}

/** The ranges of values in which something was counted, ascending. */
export function* countedRanges(
  buckets: BucketCounts,
): Generator<readonly [lowest: number, highest: number, counted: number]> {
  for (let index = 0, left = buckets.totalCount; left > 0; index += 1) {
    const counted = buckets.getCountAtIndex(index);
    if (counted === 0) continue;
    left -= counted;
    yield [buckets.valueFromIndex(index), highestAt(buckets, index), counted];
  }
}
