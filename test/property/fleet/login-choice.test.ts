import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLoginChoice } from "../../../src/fleet/login-choice.ts";

const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const weights = fc.array(fc.record({ weight: fc.integer({ min: 1, max: 9 }) }), { minLength: 2, maxLength: 8 });
const devices = fc.array(fc.record({ seq: fc.nat({ max: 1_000_000 }), issuedAt: fc.option(fc.nat({ max: 7 })) }), {
  minLength: 1,
  maxLength: 30,
});

describe("where a device logs in", () => {
  it("other: never at the issuing place, always at one of the places", () => {
    fc.assert(
      fc.property(weights, seeds, devices, (places, seed, list) => {
        const choose = createLoginChoice(places, seed, "other");
        for (const { seq, issuedAt } of list) {
          const issuer = issuedAt === null ? undefined : issuedAt % places.length;
          const chosen = choose(seq, issuer);
          expect(chosen).toHaveLength(1);
          expect(chosen[0]).not.toBe(issuer);
          expect(places[chosen[0] ?? -1]).toBeDefined();
        }
      }),
    );
  });

  it("each: at every place once", () => {
    fc.assert(
      fc.property(weights, seeds, devices, (places, seed, list) => {
        const choose = createLoginChoice(places, seed, "each");
        for (const { seq } of list) {
          expect(choose(seq, undefined).toSorted((a, b) => a - b)).toEqual(places.map((_, index) => index));
        }
      }),
    );
  });

  it("is the same whoever asks and in whatever order: generators have shares of the devices", () => {
    fc.assert(
      fc.property(
        weights,
        seeds,
        devices,
        fc.constantFrom("same" as const, "other" as const, "each" as const),
        fc.integer({ min: 1, max: 4 }),
        (places, seed, list, at, generators) => {
          const whole = createLoginChoice(places, seed, at);
          const shards = Array.from({ length: generators }, () => createLoginChoice(places, seed, at));
          for (const { seq } of list.toReversed()) {
            expect(shards[seq % generators]?.(seq, seq % places.length)).toEqual(whole(seq, seq % places.length));
          }
        },
      ),
    );
  });

  it("other: all of the others have their share, by weight", () => {
    const choose = createLoginChoice([{ weight: 1 }, { weight: 1 }, { weight: 3 }], 7, "other");
    const chosen = Array.from({ length: 4_000 }, (_, seq) => choose(seq, 0)[0]);
    const third = chosen.filter((index) => index === 2).length / chosen.length;
    expect(third).toBeGreaterThan(0.72);
    expect(third).toBeLessThan(0.78);
  });
});
