import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RollcallError } from "../../../src/model/error.ts";
import { parseDuration, parseRate, parseShare } from "../../../src/scenario/quantities.ts";
import { load, MINIMAL } from "../../support/scenario-text.ts";

describe("quantities", () => {
  it("read a duration in each unit as the same number of microseconds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (seconds) => {
        const expected = seconds * 1_000_000;
        expect(parseDuration(`${seconds}s`)).toBe(expected);
        expect(parseDuration(`${seconds * 1_000}ms`)).toBe(expected);
        expect(parseDuration(`${expected} us`)).toBe(expected);
        expect(parseDuration(seconds)).toBe(expected);
        expect(parseDuration(`${Math.floor(seconds / 60)}m${seconds % 60}s`)).toBe(expected);
      }),
    );
  });

  it("read a rate a minute as a sixtieth", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (rate) => {
        expect(parseRate(`${rate}/m`)).toBeCloseTo(rate / 60, 9);
        expect(parseRate(`${rate}/s`)).toBe(rate);
      }),
    );
  });

  it("read a percentage as a hundredth, never above one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 300 }), (percent) => {
        expect(parseShare(`${percent}%`)).toBe(percent > 100 ? undefined : percent / 100);
      }),
    );
  });

  it("take no other text", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z ]{1,8}$/), (text) => {
        expect([parseDuration(text), parseRate(text), parseShare(text)]).toEqual([undefined, undefined, undefined]);
      }),
    );
  });
});

describe("a scenario", () => {
  const paths = [
    "fleet",
    "fleet.count",
    "load",
    "load.closed",
    "target.tls",
    "rollCall",
    "thresholds",
    "a.b",
    "__proto__.x",
  ];

  it("ends in a plan or in one clear error, whatever is set", () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.json({ maxDepth: 3 }), (path, value) => {
        let error: unknown;
        try {
          load(MINIMAL, [`${path}=${value}`]);
        } catch (thrown) {
          error = thrown;
        }
        expect(error === undefined || error instanceof RollcallError).toBe(true);
      }),
    );
  });

  it("gives the same plan for the same text and run id", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer(), (count, seed) => {
        const overrides = [`fleet.count=${count}`, `fleet.seed=${seed}`];
        expect(load(MINIMAL, overrides).plan).toEqual(load(MINIMAL, overrides).plan);
      }),
    );
  });
});
