import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { us } from "../../../src/model/units.ts";
import { addHistogram, createHistogram, recordValue, valueAtRank } from "../../../src/record/histograms.ts";

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
      { numRuns: 40 },
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
      { numRuns: 40 },
    );
  });
});
