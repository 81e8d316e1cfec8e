import fc from "fast-check";
import { expect, it } from "vitest";
import { valueOfRank } from "../../../src/summary/value-of-rank.ts";
import { times } from "../../support/times.ts";

const value = fc.oneof(fc.nat({ max: 20 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }));

it("the value of a rank is the one at its place if all were sorted", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(value), { minLength: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (parts, at) => {
        const sorted = parts.flat().toSorted((a, b) => a - b);
        fc.pre(sorted.length > 0);
        const rank = Math.max(1, Math.ceil(at * sorted.length));
        expect(
          valueOfRank(
            parts.map((part) => Uint32Array.from(part)),
            rank,
          ),
        ).toBe(sorted[rank - 1]);
      },
    ),
    { numRuns: times(500) },
  );
});
