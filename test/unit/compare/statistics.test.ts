import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hodgesLehmann } from "../../../src/compare/hodges-lehmann.ts";
import { holm } from "../../../src/compare/holm.ts";
import { mannWhitney, smallestP } from "../../../src/compare/mann-whitney.ts";
import { createRandom } from "../../support/random.ts";

interface Reference {
  readonly cases: readonly {
    readonly origin: string;
    readonly base: readonly number[];
    readonly candidate: readonly number[];
    readonly u: number;
    readonly p: number;
    readonly shift: number;
    /** Where there are no ties. */
    readonly interval?: readonly [low: number, high: number];
  }[];
}

const reference = JSON.parse(readFileSync(new URL("./reference.json", import.meta.url), "utf8")) as Reference;

/** A sample of n against n without ties whose U is the given one. */
function withU(n: number, u: number): { readonly base: readonly number[]; readonly candidate: readonly number[] } {
  const base = Array.from({ length: n }, (_, i) => i + 1);
  let left = u;
  const candidate = base.map((_, i) => {
    const wins = Math.min(n, left);
    left -= wins;
    return wins + (n - i) / (n + 1);
  });
  return { base, candidate };
}

describe("Mann-Whitney", () => {
  it.each(reference.cases)(
    "agrees with an independent implementation: $base.length against $candidate.length, $origin",
    (c) => {
      const result = mannWhitney(c.base, c.candidate);
      expect(result.u).toBe(c.u);
      expect(result.p).toBeCloseTo(c.p, result.method === "exact" ? 12 : 6);
    },
  );

  // Critical values of U, two-sided 5 %: the largest U that is significant (Mann & Whitney's table as commonly printed).
  it.each([
    [4, 0],
    [5, 2],
    [6, 5],
    [7, 8],
    [8, 13],
    [9, 17],
    [10, 23],
    [12, 37],
    [15, 64],
    [20, 127],
  ])("has the published critical value for %i against %i runs", (n, critical) => {
    const at = withU(n, critical);
    const above = withU(n, critical + 1);
    expect(mannWhitney(at.base, at.candidate).p).toBeLessThanOrEqual(0.05);
    expect(mannWhitney(above.base, above.candidate).p).toBeGreaterThan(0.05);
  });

  it("reaches its smallest p at complete separation", () => {
    const { base, candidate } = withU(6, 0);
    expect(mannWhitney(base, candidate).p).toBeCloseTo(smallestP(6), 14);
    expect(smallestP(4)).toBeCloseTo(2 / 70, 14);
  });

  it("finds nothing when all values are equal", () => {
    expect(mannWhitney([5, 5, 5, 5], [5, 5, 5, 5]).p).toBe(1);
  });

  it("refuses an empty side", () => {
    expect(() => mannWhitney([], [1])).toThrow(RangeError);
  });
});

describe("Hodges-Lehmann", () => {
  it.each(reference.cases)("agrees with the median of all differences: $base.length against $candidate.length", (c) => {
    expect(hodgesLehmann(c.base, c.candidate, 0.95).estimate).toBeCloseTo(c.shift, 9);
  });

  it.each(reference.cases.flatMap(({ interval, ...c }) => (interval === undefined ? [] : [{ ...c, interval }])))(
    "has the interval of an independent implementation: $base.length against $candidate.length",
    ({ base, candidate, interval: [least, most] }) => {
      const { low, high } = hodgesLehmann(base, candidate, 0.95);
      expect(low).toBeCloseTo(least, 9);
      expect(high).toBeCloseTo(most, 9);
    },
  );

  it("gives the interval that inverts the test: 5 against 5 leaves out two differences at each end", () => {
    // Critical U is 2: a shift with two differences below it is rejected, one with three is not.
    const base = [0, 10, 20, 30, 40];
    const candidate = [100, 111, 122, 133, 144];
    const differences = candidate.flatMap((c) => base.map((b) => c - b)).sort((a, b) => a - b);
    const { low, high } = hodgesLehmann(base, candidate, 0.95);
    expect([low, high]).toEqual([differences[2], differences[22]]);
  });

  it("has the true shift in its interval as often as it says, at least: 5 against 5", () => {
    const random = createRandom(9);
    const side = (): readonly number[] => Array.from({ length: 5 }, random);
    const held = Array.from({ length: 2_000 }, () => hodgesLehmann(side(), side(), 0.95)).filter(
      ({ low, high }) => low <= 0 && high >= 0,
    );
    // 244 of the 252 ways to split ten values, 96.8 %; one difference less at each end would be 94.4 %.
    expect(held.length / 2_000).toBeGreaterThan(0.958);
    expect(held.length / 2_000).toBeLessThan(0.978);
  });

  it("keeps every difference when the level cannot be reached", () => {
    const { low, high } = hodgesLehmann([1, 2], [5, 7], 0.95);
    expect([low, high]).toEqual([3, 6]);
  });
});

describe("Holm", () => {
  it("multiplies the smallest by the number of tests and never falls", () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((value, index) => expect(adjusted[index]).toBeCloseTo(value, 12));
  });

  it("stops at 1", () => {
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
  });
});
