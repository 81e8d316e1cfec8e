import fc from "fast-check";
import { expect, it } from "vitest";
import { seq } from "../../../src/model/units.ts";
import { seqsOf, shareOf } from "../../../src/schedule/shard.ts";

const counts = fc.integer({ min: 1, max: 40 });

it("shards partition any stretch of the plan, each in ascending order", () => {
  fc.assert(
    fc.property(fc.nat({ max: 100_000 }), fc.nat({ max: 500 }), counts, (first, devices, count) => {
      const shards = Array.from({ length: count }, (_, index) => [...seqsOf(seq(first), devices, { index, count })]);
      for (const [index, seqs] of shards.entries()) {
        expect(seqs.every((own) => own % count === index)).toBe(true);
        expect(seqs.toSorted((a, b) => a - b)).toEqual(seqs);
      }
      const all = shards.flat().toSorted((a, b) => a - b);
      expect(all).toEqual(Array.from({ length: devices }, (_, index) => first + index));
    }),
  );
});

it("shares are whole, differ by at most one and sum to the total", () => {
  fc.assert(
    fc.property(fc.nat({ max: 1_000_000 }), counts, (total, count) => {
      const shares = Array.from({ length: count }, (_, index) => shareOf(total, { index, count }));
      expect(shares.reduce((sum, share) => sum + share, 0)).toBe(total);
      expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1);
      expect(shares.every(Number.isInteger)).toBe(true);
    }),
  );
});
