import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { build, encodeIntoCompressedBase64 } from "hdr-histogram-js";
import { us } from "../../../src/model/units.ts";
import {
  addHistogram,
  countedValues,
  createHistogram,
  decodeHistogram,
  encodeHistogram,
  recordValue,
  valueAtRank,
} from "../../../src/record/histograms.ts";
import { percentileText } from "../../../src/record/percentile-text.ts";
import { times } from "../../support/times.ts";

const values = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 600_000_000 }),
    fc.integer({ min: 0, max: 5_000 }).map((value) => value),
  ),
  { minLength: 1, maxLength: 400 },
);

function histogramOf(list: readonly number[]): ReturnType<typeof createHistogram> {
  const histogram = createHistogram();
  for (const value of list) recordValue(histogram, us(value));
  return histogram;
}

describe("histogram against a sorted list", () => {
  it("knows every rank to 3 digits", () => {
    fc.assert(
      fc.property(values, (list) => {
        const histogram = histogramOf(list);
        const sorted = list.toSorted((a, b) => a - b);
        for (const [index, exact] of sorted.entries()) {
          const value = Number(valueAtRank(histogram, index + 1));
          expect(value).toBeGreaterThanOrEqual(exact);
          expect(value - exact).toBeLessThanOrEqual(exact / 1_000);
        }
      }),
      { numRuns: times(40) },
    );
  });

  it("is the same whichever way values are split over histograms", () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const split = histogramOf(a);
        addHistogram(split, histogramOf(b));
        const whole = histogramOf([...b, ...a]);
        const ranks = [1, Math.ceil(whole.count / 2), whole.count];
        expect(ranks.map((rank) => valueAtRank(split, rank))).toEqual(ranks.map((rank) => valueAtRank(whole, rank)));
        expect([split.count, split.sum, split.least]).toEqual([whole.count, whole.sum, whole.least]);
      }),
      { numRuns: times(40) },
    );
  });
});

describe("histogram against the library's own ways", () => {
  /** Also many of a few values, so that percentiles come to their finest. */
  const heavy = fc.array(fc.tuple(fc.integer({ min: 0, max: 600_000_000 }), fc.integer({ min: 1, max: 50_000 })), {
    maxLength: 6,
  });

  it("counts in the same places, is written alike, and comes back the same", () => {
    fc.assert(
      fc.property(values, (list) => {
        const histogram = histogramOf(list);
        const library = build({ highestTrackableValue: 600_000_000, numberOfSignificantValueDigits: 3 });
        for (const value of list) library.recordValue(value);
        const encoded = encodeHistogram(histogram);
        expect(encoded).toBe(encodeIntoCompressedBase64(library));
        const back = decodeHistogram(encoded);
        expect([...countedValues(back)]).toEqual([...countedValues(histogram)]);
        expect([back.count, back.greatest]).toEqual([library.totalCount, library.getValueAtPercentile(100)]);
        expect([back.least, back.sum / back.count]).toEqual([
          Math.min(...[...countedValues(histogram)].map(([value]) => back.buckets.lowestEquivalentValue(value))),
          library.mean,
        ]);
      }),
      { numRuns: times(40) },
    );
  });

  it("adds up alike, also what has nothing but zeros and what came from a file of another reach", () => {
    const sides = fc.oneof(values, fc.constant([]), fc.constant([0, 0]));
    fc.assert(
      fc.property(sides, sides, fc.constantFrom(1_000_000, 600_000_000, 2_000_000_000), (a, b, highest) => {
        const far = build({ highestTrackableValue: highest, numberOfSignificantValueDigits: 3 });
        for (const value of b) far.recordValue(Math.min(value, highest));
        const other = decodeHistogram(encodeIntoCompressedBase64(far));
        const library = histogramOf(a).buckets;
        library.add(other.buckets);
        const sum = histogramOf(a);
        addHistogram(sum, other);
        expect(sum.buckets.encodeIntoCompressedBase64()).toBe(library.encodeIntoCompressedBase64());
        const { totalCount, maxValue, minNonZeroValue } = library;
        expect(sum.buckets).toMatchObject({ totalCount, maxValue, minNonZeroValue });
      }),
      { numRuns: times(60) },
    );
  });

  it("has the same percentile distribution, to the byte", () => {
    fc.assert(
      fc.property(fc.oneof(values, fc.constant([])), heavy, (list, many) => {
        const histogram = histogramOf(list);
        for (const [value, count] of many) for (let n = 0; n < count; n += 1) recordValue(histogram, us(value));
        expect(percentileText(histogram)).toBe(histogram.buckets.outputPercentileDistribution(5, 1_000));
      }),
      { numRuns: times(40) },
    );
  });
});
