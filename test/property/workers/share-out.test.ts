import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dealShards, shareOut } from "../../../src/workers/crew/share-out.ts";

const carriers = fc.array(fc.record({ cores: fc.integer({ min: 1, max: 128 }) }), { minLength: 1, maxLength: 40 });

describe("sharing out generators", () => {
  it("gives away exactly the total, to each one its share by cores within two, and none to nobody", () => {
    fc.assert(
      fc.property(carriers, fc.integer({ min: 0, max: 400 }), (workers, extra) => {
        const total = workers.length + extra;
        const shares = shareOut(total, workers);
        const cores = workers.reduce((sum, each) => sum + each.cores, 0);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(total);
        for (const [index, share] of shares.entries()) {
          expect(share).toBeGreaterThanOrEqual(1);
          const exact = 1 + (extra * (workers[index]?.cores ?? 0)) / cores;
          expect(Math.abs(share - exact)).toBeLessThan(1);
        }
      }),
    );
  });

  it("deals every generator to one worker", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 20 }), (shares) => {
        const hands = dealShards(shares);
        expect(hands.map((hand) => hand.length)).toEqual(shares);
        const total = shares.reduce((sum, share) => sum + share, 0);
        expect(hands.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, index) => index));
      }),
    );
  });
});
