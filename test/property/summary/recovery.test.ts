import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Recovery } from "../../../src/model/mark.ts";
import { us, usFromSeconds } from "../../../src/model/units.ts";
import { recoveryOf } from "../../../src/summary/recovery.ts";
import { type NoisyLoad, secondsIn } from "../../support/noisy-load.ts";
import { times } from "../../support/times.ts";

const SECONDS = 240;
const MARK = 60;

/** `steady`: that it is so by the plan is known, as of an open load; else it is held against what was provisioned. */
function recovery(load: Omit<NoisyLoad, "seconds">, steady: boolean): Recovery {
  const second = secondsIn({ ...load, seconds: SECONDS });
  return recoveryOf(us(usFromSeconds(MARK)), {
    from: 0,
    until: SECONDS,
    second(index) {
      const { provisioned, roundTrips, planned } = second(index);
      return { provisioned, roundTrips, ...(steady ? { planned } : {}) };
    },
  });
}

/** From the mark; no number where it did not recover. */
const secondsTo = (found: Recovery): number => (found.state === "recovered" ? found.after / 1e6 : NaN);

const noise = fc.record({
  seed: fc.nat(),
  rate: fc.constantFrom(5, 10, 20, 60),
  arrivals: fc.constantFrom("constant" as const, "poisson" as const),
  medianMs: fc.constantFrom(20, 400),
  spread: fc.constantFrom(0.3, 0.6),
  failing: fc.constantFrom(0, 0.02),
});
const fixed = { seed: 20_261_129 };

describe("after a mark", () => {
  it("a load that nothing happens to has no dip, at 5 a second as at 60", () => {
    fc.assert(
      fc.property(noise, (load) => {
        expect(recovery(load, true)).toEqual({ state: "no-dip" });
      }),
      { numRuns: times(150), ...fixed },
    );
  });

  it("a load of which nearly all fails for a while is as before when that is over", () => {
    fc.assert(
      fc.property(noise, fc.integer({ min: 0, max: 6 }), fc.integer({ min: 12, max: 50 }), (load, late, length) => {
        const from = MARK + late;
        const trouble = { from, to: from + length, failing: 0.95, times: 1 };
        const found = recovery({ ...load, trouble }, true);
        expect(Math.abs(secondsTo(found) - (late + length))).toBeLessThanOrEqual(4);
        expect(found).toMatchObject({ depth: expect.closeTo(1, 0) as number });
      }),
      { numRuns: times(150), ...fixed },
    );
  });

  it("so it is where no plan says what was due, as of a closed load", () => {
    const even = noise.map((load) => ({ ...load, arrivals: "constant" as const }));
    fc.assert(
      fc.property(even, fc.integer({ min: 12, max: 50 }), (load, length) => {
        const trouble = { from: MARK, to: MARK + length, failing: 0.95, times: 1 };
        const found = recovery({ ...load, trouble }, false);
        expect(Math.abs(secondsTo(found) - length)).toBeLessThanOrEqual(4);
      }),
      { numRuns: times(80), ...fixed },
    );
  });

  it("a load that is served, and slowly, is as before when its round trips are", () => {
    fc.assert(
      fc.property(noise, fc.integer({ min: 20, max: 50 }), (load, length) => {
        const trouble = { from: MARK, to: MARK + length, failing: 0, times: 4 };
        const found = recovery({ ...load, spread: 0.3, medianMs: 20, trouble }, true);
        expect(Math.abs(secondsTo(found) - length)).toBeLessThanOrEqual(5);
      }),
      { numRuns: times(80), ...fixed },
    );
  });
});
