import { describe, expect, it } from "vitest";
import type { Shape } from "../../../src/model/plan.ts";
import { us, usFromSeconds } from "../../../src/model/units.ts";
import { countArrivals, createSchedule } from "../../../src/schedule/schedule.ts";

const timesOf = (shape: Shape, devices: number): number[] => {
  const schedule = createSchedule(shape, devices, 1);
  if (schedule === undefined) throw new Error("expected an open shape");
  return Array.from({ length: schedule.total }, (_, index) => schedule.at(index));
};

describe("each shape, worked out by hand", () => {
  it("closed has no schedule", () => {
    expect(createSchedule({ kind: "closed", concurrency: 5 }, 10, 1)).toBeUndefined();
  });

  it("burst: everything at 0", () => {
    expect(timesOf({ kind: "burst" }, 3)).toEqual([0, 0, 0]);
  });

  it("constant: equal gaps, the first at 0", () => {
    expect(timesOf({ kind: "constant", rate: 4 }, 5)).toEqual([0, 250_000, 500_000, 750_000, 1_000_000]);
    expect(timesOf({ kind: "constant", rate: 3 }, 4)).toEqual([0, 333_333, 666_666, 1_000_000]);
  });

  it("ramp from 0 to 8 a second in 4 s: N(t) = t^2, so arrival i at the root of i", () => {
    const shape: Shape = { kind: "ramp", from: 0, to: 8, duration: usFromSeconds(4) };
    expect(countArrivals(shape)).toBe(16);
    expect(timesOf(shape, 16)).toEqual(
      Array.from({ length: 16 }, (_, index) => Math.floor(Math.sqrt(index) * 1_000_000)),
    );
  });

  it("ramp from 8 to 0 a second in 4 s: the same backwards, N(t) = 16 - (4 - t)^2", () => {
    const shape: Shape = { kind: "ramp", from: 8, to: 0, duration: usFromSeconds(4) };
    const times = timesOf(shape, 16);
    times.forEach((time, index) => {
      expect(Math.abs(time - (4 - Math.sqrt(16 - index)) * 1_000_000)).toBeLessThanOrEqual(1);
    });
  });

  it("stages: up in 2 s, level for 1 s, a jump down, silence", () => {
    const shape: Shape = {
      kind: "stages",
      from: 0,
      stages: [
        { target: 4, duration: usFromSeconds(2) },
        { target: 4, duration: usFromSeconds(1) },
        { target: 0, duration: us(0) },
        { target: 0, duration: usFromSeconds(10) },
        { target: 2, duration: us(0) },
        { target: 2, duration: usFromSeconds(1) },
      ],
    };
    expect(countArrivals(shape)).toBe(4 + 4 + 2);
    expect(timesOf(shape, 10)).toEqual([
      0,
      1_000_000,
      Math.floor(Math.SQRT2 * 1_000_000),
      Math.floor(Math.sqrt(3) * 1_000_000),
      2_000_000,
      2_250_000,
      2_500_000,
      2_750_000,
      13_000_000,
      13_500_000,
    ]);
  });

  it("spike: base, peak, base", () => {
    const shape: Shape = {
      kind: "spike",
      base: 1,
      peak: 4,
      before: usFromSeconds(2),
      during: usFromSeconds(1),
      after: usFromSeconds(2),
    };
    expect(countArrivals(shape)).toBe(8);
    expect(timesOf(shape, 8)).toEqual([0, 1, 2, 2.25, 2.5, 2.75, 3, 4].map((seconds) => seconds * 1_000_000));
  });

  it("a count that rounding alone would raise is not raised", () => {
    // 0.1 * 3 is 0.30000000000000004 in binary: ten times that must be 3 arrivals, not 4.
    expect(countArrivals({ kind: "ramp", from: 0.3, to: 0.30000000000000004, duration: usFromSeconds(10) })).toBe(3);
  });

  it("shapes of free length leave the number of devices to the plan", () => {
    const free: Shape[] = [
      { kind: "closed", concurrency: 1 },
      { kind: "burst" },
      { kind: "constant", rate: 1 },
      { kind: "poisson", rate: 1 },
    ];
    expect(free.map(countArrivals)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it("refuses more devices than a shape has room for, and arrivals beyond it", () => {
    const shape: Shape = { kind: "ramp", from: 1, to: 1, duration: usFromSeconds(5) };
    expect(() => createSchedule(shape, 6, 1)).toThrow(RangeError);
    expect(() => createSchedule(shape, 5, 1)?.at(5)).toThrow(RangeError);
  });
});
