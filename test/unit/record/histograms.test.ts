import { describe, expect, it } from "vitest";
import { us } from "../../../src/model/units.ts";
import {
  addHistogram,
  createHistogram,
  decodeHistogram,
  encodeHistogram,
  recordValue,
  resetHistogram,
  valueAtRank,
} from "../../../src/record/histograms.ts";
import { percentileText } from "../../../src/record/percentile-text.ts";

function histogramOf(...values: readonly number[]): ReturnType<typeof createHistogram> {
  const histogram = createHistogram();
  for (const value of values) recordValue(histogram, us(value));
  return histogram;
}

describe("histogram", () => {
  it("takes both ends of its range and counts what lies beyond", () => {
    const histogram = histogramOf(0, 1, 600_000_000, 600_000_001, -5);
    expect(histogram).toMatchObject({ count: 5, overflow: 2, least: -5, greatest: 600_000_001 });
    expect(histogram.buckets.totalCount).toBe(3);
  });

  it("has no value at a rank beyond its range", () => {
    const histogram = histogramOf(10, 20, 700_000_000);
    expect(valueAtRank(histogram, 2)).toBe(20);
    expect(valueAtRank(histogram, 3)).toBeUndefined();
    expect(valueAtRank(histogram, 0)).toBeUndefined();
  });

  it("never shows a value above its greatest", () => {
    expect(valueAtRank(histogramOf(123_457), 1)).toBe(123_457);
  });

  it("comes back from its base64 form", () => {
    const histogram = histogramOf(1, 50, 50, 1_000_000);
    const back = decodeHistogram(encodeHistogram(histogram));
    expect(back).toMatchObject({ count: 4, least: 1 });
    expect([1, 2, 3].map((rank) => valueAtRank(back, rank))).toEqual([1, 50, 50]);
    expect(Math.abs(Number(valueAtRank(back, 4)) - 1_000_000)).toBeLessThanOrEqual(1_000);
    expect(decodeHistogram(encodeHistogram(createHistogram()))).toMatchObject({ count: 0, least: Infinity });
  });

  it("adds another, and is empty again after a reset", () => {
    const histogram = histogramOf(5);
    addHistogram(histogram, histogramOf(7, 700_000_000));
    addHistogram(histogram, createHistogram());
    expect(histogram).toMatchObject({ count: 3, overflow: 1, sum: 700_000_012, least: 5, greatest: 700_000_000 });
    resetHistogram(histogram);
    expect(histogram).toMatchObject({ count: 0, overflow: 0, sum: 0 });
    expect(valueAtRank(histogram, 1)).toBeUndefined();
  });

  it("prints milliseconds in the .hgrm form", () => {
    const text = percentileText(histogramOf(1_000, 2_000, 3_000));
    expect(text).toMatch(/Value +Percentile +TotalCount/);
    expect(text).toContain("3.001 1.000000000000");
    expect(text).toMatch(/Total count += +3/);
  });
});
