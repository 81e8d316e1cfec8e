import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dipsIn } from "../../support/noisy-load.ts";
import { times } from "../../support/times.ts";

const noise = fc.record({
  seed: fc.nat(),
  rate: fc.constantFrom(5, 20, 60),
  arrivals: fc.constantFrom("constant" as const, "poisson" as const),
  medianMs: fc.constantFrom(20, 400, 2_000),
  spread: fc.constantFrom(0.3, 0.6, 1),
  failing: fc.constantFrom(0, 0.02, 0.1),
});

// Of 9,600 such loads of 5 minutes (rates of 2 to 40 a second, up to 20 % failing) two had a dip that was none.
describe("a load that nothing happens to", () => {
  it("has no dip, however its arrivals, round trips and failures are drawn", () => {
    fc.assert(
      fc.property(noise, (load) => {
        expect(dipsIn({ ...load, seconds: 200 })).toEqual([]);
      }),
      { numRuns: times(150), seed: 20_261_129 },
    );
  });
});

describe("a load of which half fails for a while", () => {
  it("has one dip, which begins and ends where that did", () => {
    fc.assert(
      fc.property(noise, fc.integer({ min: 40, max: 80 }), fc.integer({ min: 15, max: 40 }), (load, from, length) => {
        const trouble = { from, to: from + length, failing: 0.6, times: 1 };
        const [dip, ...more] = dipsIn({ ...load, rate: Math.max(20, load.rate), medianMs: 20, seconds: 200, trouble });
        expect(more).toEqual([]);
        expect(dip?.kind).toBe("fewer");
        expect(Math.abs(Number(dip?.at) / 1e6 - from)).toBeLessThanOrEqual(3);
        const { recovery } = dip ?? {};
        expect(recovery?.state).toBe("recovered");
        expect(recovery?.depth).toBeGreaterThan(0.45);
        expect(Math.abs((recovery?.state === "recovered" ? recovery.after / 1e6 : 0) - length)).toBeLessThanOrEqual(6);
      }),
      { numRuns: times(60), seed: 20_261_129 },
    );
  });
});
