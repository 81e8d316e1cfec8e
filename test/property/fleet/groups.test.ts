import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createNames } from "../../../src/fleet/names.ts";
import { createGroupOf } from "../../../src/model/group-of.ts";
import type { FleetGroup } from "../../../src/model/plan.ts";
import { seq } from "../../../src/model/units.ts";

const groupsOf = (counts: readonly number[]): readonly FleetGroup[] =>
  counts.map((count, index) => ({ name: `g${index}`, count, mix: [] }));
const someCounts = fc.array(fc.nat(300), { minLength: 2, maxLength: 6 }).filter((counts) => counts.some((n) => n > 0));
const someSeed = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });

describe("the groups of a fleet", () => {
  it("have exactly their counts, whatever the seed and wherever the fleet begins", () => {
    fc.assert(
      fc.property(someCounts, someSeed, fc.nat(10_000), (counts, seed, first) => {
        const groupOf = createGroupOf({ groups: groupsOf(counts), seed, firstSeq: seq(first) });
        const total = counts.reduce((sum, count) => sum + count, 0);
        const found = counts.map(() => 0);
        for (let each = first; each < first + total; each += 1) {
          const index = groupOf(each) ?? -1;
          found[index] = (found[index] ?? 0) + 1;
        }
        expect(found).toEqual(counts);
      }),
    );
  });

  it("are spread evenly: no stretch has many more or fewer of a group than its share", () => {
    fc.assert(
      fc.property(someCounts, someSeed, fc.nat(1_000), fc.nat(1_000), (counts, seed, a, b) => {
        const groupOf = createGroupOf({ groups: groupsOf(counts), seed });
        const total = counts.reduce((sum, count) => sum + count, 0);
        const [from = 0, to = 0] = [a % total, b % total].toSorted((x, y) => x - y);
        for (const [index, count] of counts.entries()) {
          let own = 0;
          for (let each = from; each < to; each += 1) if (groupOf(each) === index) own += 1;
          // A block of 64 at each end is turned, and the first groups' rounding shifts the later ones.
          const slack = 2 * 64 * Math.min(1, (2 * count) / total) + counts.length + 2;
          expect(Math.abs(own - ((to - from) * count) / total)).toBeLessThanOrEqual(slack);
        }
      }),
    );
  });

  it("are the same for a number, in whatever order generators ask", () => {
    const groupOf = createGroupOf({ groups: groupsOf([70, 20, 10]), seed: 7 });
    const forwards = Array.from({ length: 100 }, (_, each) => groupOf(each));
    const backwards = Array.from({ length: 100 }, (_, each) => groupOf(99 - each)).toReversed();
    expect(backwards).toEqual(forwards);
  });

  it("give each generator its share of each group, also where their numbers have a common divisor", () => {
    const groupOf = createGroupOf({ groups: groupsOf([5_000, 5_000]), seed: 1 });
    for (const generators of [2, 4, 8]) {
      for (let index = 0; index < generators; index += 1) {
        let first = 0;
        let all = 0;
        for (let each = index; each < 10_000; each += generators) {
          all += 1;
          if (groupOf(each) === 0) first += 1;
        }
        expect(first / all).toBeGreaterThan(0.4);
        expect(first / all).toBeLessThan(0.6);
      }
    }
  });

  it("of a hundred million devices have their counts at the edges, where products are beyond 2^53", () => {
    const counts = [99_999_999, 1];
    const groupOf = createGroupOf({ groups: groupsOf(counts), seed: 3 });
    const ends = [0, 50_000_000, 100_000_000 - 64].map(
      (from) => Array.from({ length: 64 }, (_, index) => groupOf(from + index)).filter((index) => index === 1).length,
    );
    expect(ends).toEqual([1, 0, 0]);
  });

  it("stand in names, which stay unique over all of them", () => {
    const groups = groupsOf([30, 20]);
    const nameOf = createNames(
      { names: { from: "pattern", pattern: "{prefix}-{group}-{seq:3}" }, groups, seed: 1 },
      "p",
    );
    const names = Array.from({ length: 50 }, (_, each) => nameOf(seq(each)));
    expect(new Set(names).size).toBe(50);
    expect(names.filter((name) => /^p-g0-\d{3}$/.test(name ?? ""))).toHaveLength(30);
    expect(names.filter((name) => /^p-g1-\d{3}$/.test(name ?? ""))).toHaveLength(20);
  });
});
