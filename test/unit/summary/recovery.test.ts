import { describe, expect, it } from "vitest";
import { us, usFromSeconds } from "../../../src/model/units.ts";
import { recoveryOf } from "../../../src/summary/recovery.ts";
import type { ServedSecond } from "../../../src/summary/served-windows.ts";

const served = (provisioned: number, ms: number): ServedSecond => ({
  provisioned,
  roundTrips: new Uint32Array(provisioned).fill(ms * 1_000),
});

/** 100 s of load at 50 a second in 20 ms, marked at 40.25 s, with these seconds in the place of others. */
function recovery(others: (second: number) => ServedSecond | undefined, at = 40.25, rate = 50) {
  const second = (index: number): ServedSecond => others(index) ?? served(rate, 20);
  return recoveryOf(us(usFromSeconds(at)), { from: 0, until: 100, second });
}

const between = (from: number, to: number, found: ServedSecond) => (second: number) =>
  second >= from && second < to ? found : undefined;

describe("recovery", () => {
  it("is from the mark to the first stretch that is served as before, and knows how deep the rate fell", () => {
    expect(recovery(between(42, 55, served(10, 20)))).toEqual({ state: "recovered", after: 14_750_000, depth: 0.8 });
  });

  it("needs the round trip too: a rate that is back with slow answers is not as before", () => {
    const found = recovery((second) => (second < 41 || second >= 70 ? undefined : served(second < 50 ? 0 : 50, 25)));
    expect(found).toEqual({ state: "recovered", after: 29_750_000, depth: 1 });
    expect(recovery(between(41, 70, served(50, 24)))).toEqual({ state: "no-dip" });
  });

  it("is not taken in by a good moment: it must be held for 5 s", () => {
    const found = recovery((second) =>
      second >= 42 && second < 60 && (second < 46 || second > 49) ? served(5, 20) : undefined,
    );
    expect(found).toMatchObject({ state: "recovered", after: 19_750_000 });
  });

  it("is not there where the load ended before it", () => {
    expect(recovery(between(41, 100, served(20, 20)))).toMatchObject({ state: "not-recovered", watched: 59_750_000 });
  });

  it("takes wider windows at a low rate, until a p90 may be told", () => {
    // 4 a second: 100 answers take 28 s; its first seconds that were not served as before are none of it.
    const found = recovery(between(42, 60, served(1, 20)), 40, 4);
    expect(found).toMatchObject({ state: "recovered", after: 20_000_000 });
  });

  it("is not known where little came before or after, and has no dip that begins a minute later", () => {
    expect(recovery(() => undefined, 3)).toMatchObject({
      state: "unknown",
      why: "less than 5 s of load came before it",
    });
    expect(recovery(() => undefined, 98)).toMatchObject({ state: "unknown", why: "the load ended right after it" });
    expect(recovery(() => undefined, 200)).toMatchObject({ state: "unknown" });
    expect(recovery(() => served(0, 20))).toMatchObject({ state: "unknown" });
    expect(recovery(between(80, 90, served(0, 20)))).toEqual({ state: "no-dip" });
  });
});
