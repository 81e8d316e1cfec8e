import { describe, expect, it } from "vitest";
import { quantileRanks, rankOf, samplesNeeded } from "../../../src/summary/quantiles.ts";

/** P(at most `limit` of n), from n throws one after the other: slow, and with nothing to get wrong. */
function binomialBelow(n: number, q: number, limit: number): number {
  let distribution = [1];
  for (let thrown = 0; thrown < n; thrown += 1) {
    distribution = Array.from(
      { length: thrown + 2 },
      (_, k) => (distribution[k] ?? 0) * (1 - q) + (distribution[k - 1] ?? 0) * q,
    );
  }
  return distribution.slice(0, limit + 1).reduce((sum, term) => sum + term, 0);
}

describe("samples needed", () => {
  it.each([
    [0.5, 6],
    [0.9, 36],
    [0.95, 72],
    [0.99, 368],
    [0.999, 3_688],
  ])("for quantile %d: %i, as published", (q, needed) => {
    expect(samplesNeeded(q)).toBe(needed);
    expect(quantileRanks(needed, q)).toBeDefined();
    expect(quantileRanks(needed - 1, q)).toBeUndefined();
  });
});

describe("order-statistic interval", () => {
  /** Conover, Practical Nonparametric Statistics; n = 20, median: the 6th and the 15th value, confidence 95.9 %. */
  it("of the median of 20 is the 6th to the 15th value", () => {
    expect(quantileRanks(20, 0.5)).toEqual({ value: 10, low: 6, high: 15 });
  });

  it.each([
    [72, 0.95],
    [100, 0.5],
    [400, 0.9],
    [368, 0.99],
  ])("of %i samples at %d leaves at most 2.5 percent on each side, and no narrower one does", (n, q) => {
    const ranks = quantileRanks(n, q);
    const { low, high } = ranks ?? { low: 0, high: 0 };
    expect(binomialBelow(n, q, low - 1)).toBeLessThanOrEqual(0.025);
    expect(binomialBelow(n, q, low)).toBeGreaterThan(0.025);
    expect(binomialBelow(n, q, high - 1)).toBeGreaterThanOrEqual(0.975);
    expect(binomialBelow(n, q, high - 2)).toBeLessThan(0.975);
  });

  it("of a million samples agrees with the normal distribution", () => {
    const n = 1_000_000;
    const ranks = quantileRanks(n, 0.99);
    const spread = 1.959964 * Math.sqrt(n * 0.99 * 0.01);
    expect(ranks?.value).toBe(990_000);
    expect(Math.abs((ranks?.low ?? 0) - (990_000 - spread))).toBeLessThan(3);
    expect(Math.abs((ranks?.high ?? 0) - (990_000 + spread))).toBeLessThan(3);
  });
});

it("takes the nearest rank, whatever rounding does to the product", () => {
  expect([rankOf(100, 0.95), rankOf(100, 0.951), rankOf(1_000, 0.999), rankOf(3, 0.5), rankOf(1, 0.01)]).toEqual([
    95, 96, 999, 2, 1,
  ]);
});
