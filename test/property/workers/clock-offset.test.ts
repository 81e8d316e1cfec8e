import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createOffsetEstimator } from "../../../src/workers/time/clock-offset.ts";

const MS = 1_000_000n;

/** A clock that parts from true time at `ppm` at most, in steps that change its speed. */
const arbitraryClock = fc.record({
  start: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
  speeds: fc.array(fc.integer({ min: -499, max: 499 }), { minLength: 1, maxLength: 8 }),
});

const SEGMENT = 400n * MS;

/** Reading of a clock whose speed changes every segment; pure in the true time. */
function reading({ start, speeds }: { readonly start: bigint; readonly speeds: readonly number[] }, t: bigint): bigint {
  let at = start + t;
  let parted = 0n;
  for (let from = 0n, index = 0; from < t; from += SEGMENT, index += 1) {
    const span = t - from < SEGMENT ? t - from : SEGMENT;
    parted += span * BigInt(speeds[index % speeds.length] ?? 0);
  }
  at += parted / 1_000_000n;
  return at;
}

const arbitraryExchange = fc.record({
  pause: fc.bigInt({ min: 0n, max: 300n * MS }),
  there: fc.bigInt({ min: 0n, max: 40n * MS }),
  thinking: fc.bigInt({ min: 0n, max: 5n * MS }),
  back: fc.bigInt({ min: 0n, max: 40n * MS }),
});

describe("clock offset", () => {
  it("is within its bound at all times, however the clocks drift and however unlike the two ways are", () => {
    fc.assert(
      fc.property(
        arbitraryClock,
        arbitraryClock,
        fc.array(arbitraryExchange, { minLength: 1, maxLength: 30 }),
        fc.bigInt({ min: 0n, max: 2_000n * MS }),
        (own, other, exchanges, later) => {
          const estimator = createOffsetEstimator();
          let now = 0n;
          const holds = (): void => {
            const found = estimator.at(reading(own, now));
            const truth = reading(own, now) - reading(other, now);
            if (found === undefined) throw new Error("no estimate");
            const error = found.offset > truth ? found.offset - truth : truth - found.offset;
            expect(error <= found.bound).toBe(true);
          };
          for (const { pause, there, thinking, back } of exchanges) {
            now += pause;
            const asked = reading(own, now);
            const received = reading(other, now + there);
            const sent = reading(other, now + there + thinking);
            now += there + thinking + back;
            expect(estimator.add({ asked, heard: reading(own, now), received, sent })).toBe(true);
            holds();
          }
          now += later;
          holds();
          expect(estimator.jumps).toBe(0);
        },
      ),
    );
  });

  it("states half the fastest round trip and the allowance for drift, never more", () => {
    fc.assert(
      fc.property(fc.array(arbitraryExchange, { minLength: 1, maxLength: 30 }), (exchanges) => {
        const estimator = createOffsetEstimator();
        let now = 0n;
        const bounds: { readonly half: bigint; readonly asked: bigint }[] = [];
        for (const { pause, there, thinking, back } of exchanges) {
          now += pause;
          const asked = now;
          now += there + thinking + back;
          estimator.add({ asked, heard: now, received: asked + there, sent: asked + there + thinking });
          bounds.push({ half: (there + back + 1n) / 2n, asked });
        }
        // Two nanoseconds are the two roundings, of the halving and of the allowance.
        const stated = bounds.map(({ half, asked }) => half + (now - asked) / 1_000n + 2n);
        const least = stated.reduce((a, b) => (a < b ? a : b));
        expect((estimator.at(now)?.bound ?? -1n) <= least).toBe(true);
      }),
    );
  });

  it("takes a clock that was stopped or set for what it is, and follows it", () => {
    const estimator = createOffsetEstimator();
    estimator.add({ asked: 0n, heard: 2n * MS, received: 1n * MS, sent: 1n * MS });
    estimator.add({ asked: 10n * MS, heard: 14n * MS, received: 500n * MS, sent: 500n * MS });
    expect(estimator.jumps).toBe(1);
    expect(estimator.at(14n * MS)?.offset).toBe(-488n * MS);
  });

  it("refuses what cannot have happened", () => {
    const estimator = createOffsetEstimator();
    expect(estimator.add({ asked: 10n, heard: 12n, received: 5n, sent: 9n })).toBe(false);
    expect(estimator.add({ asked: 10n, heard: 12n, received: 5n, sent: 4n })).toBe(false);
    expect(estimator.at(20n)).toBeUndefined();
  });
});
