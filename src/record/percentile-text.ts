import { countedRanges, type Histogram, middleOf } from "./histograms.ts";

const US_PER_MS = 1_000;
/** Lines for each halving of what is left to 100 %. */
const TICKS = 5;

/**
 * The percentile distribution in HdrHistogram's own text form (.hgrm), in milliseconds: to the byte what the library's
 * outputPercentileDistribution makes of it, which looks at every bucket three times and makes its formats anew, a third of all the time
 * that the report of a small run took.
 */
export function percentileText({ buckets }: Histogram): string {
  const total = buckets.totalCount;
  const lines = ["       Value     Percentile TotalCount 1/(1-Percentile)", ""];
  let [level, seen, sum] = [0, 0, 0];
  for (const [lowest, highest, counted] of countedRanges(buckets)) {
    seen += counted;
    sum += middleOf(lowest, highest) * counted;
    while ((100 * seen) / total >= level) {
      lines.push(lineOf(highest, level, seen));
      level += 100 / (TICKS * 2 ** (Math.floor(Math.log2(100 / (100 - level))) + 1));
      if (seen < total) continue;
      lines.push(lineOf(highest, 100, seen));
      break;
    }
  }
  const mean = total === 0 ? 0 : sum / total;
  let squares = 0;
  for (const [lowest, highest, counted] of countedRanges(buckets)) {
    const deviation = middleOf(lowest, highest) - mean;
    squares += deviation * deviation * counted;
  }
  const deviation = total === 0 ? 0 : Math.sqrt(squares / total);
  return [
    ...lines,
    `#[Mean    = ${value(mean)}, StdDeviation   = ${value(deviation)}]`,
    `#[Max     = ${value(buckets.maxValue)}, Total count    = ${padded(total)}]`,
    `#[Buckets = ${padded(buckets.bucketCount)}, SubBuckets     = ${padded(buckets.subBucketCount)}]`,
    "",
  ].join("\n");
}

/** `level`: of those that are at most `highest`, percent. */
function lineOf(highest: number, level: number, seen: number): string {
  const begin = `${value(highest)} ${digits(level / 100, 12).padStart(2)} ${String(seen).padStart(10)}`;
  return level < 100 ? `${begin} ${digits(1 / (1 - level / 100), 2).padStart(14)}` : begin;
}

const value = (us: number): string => digits(us / US_PER_MS, 3).padStart(12);
const padded = (count: number): string => String(count).padStart(12);

const formats = new Map<number, Intl.NumberFormat>();

/** Not by toFixed, which rounds the binary value and not the digits. */
function digits(number: number, fraction: number): string {
  let format = formats.get(fraction);
  if (format === undefined) {
    const exactly = { minimumFractionDigits: fraction, maximumFractionDigits: fraction };
    formats.set(fraction, (format = new Intl.NumberFormat("en-US", { ...exactly, useGrouping: false })));
  }
  return format.format(number);
}
