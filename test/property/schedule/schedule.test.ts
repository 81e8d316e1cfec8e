import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Shape } from "../../../src/model/plan.ts";
import { us, usFromSeconds } from "../../../src/model/units.ts";
import { countArrivals, createSchedule } from "../../../src/schedule/schedule.ts";

const rates = fc.double({ min: 0, max: 400, noNaN: true });
const positiveRates = fc.double({ min: 0.01, max: 5_000, noNaN: true });
const durations = fc.integer({ min: 0, max: 20_000_000 }).map(us);

const ramps: fc.Arbitrary<Shape> = fc.record({
  kind: fc.constant("ramp" as const),
  from: rates,
  to: rates,
  duration: durations,
});
const stages: fc.Arbitrary<Shape> = fc.record({
  kind: fc.constant("stages" as const),
  from: rates,
  stages: fc.array(fc.record({ target: rates, duration: durations }), { minLength: 1, maxLength: 6 }),
});
const spikes: fc.Arbitrary<Shape> = fc.record({
  kind: fc.constant("spike" as const),
  base: rates,
  peak: rates,
  before: durations,
  during: durations,
  after: durations,
});
const free: fc.Arbitrary<Shape> = fc.oneof(
  fc.constant({ kind: "burst" as const }),
  positiveRates.map((rate) => ({ kind: "constant" as const, rate })),
  positiveRates.map((rate) => ({ kind: "poisson" as const, rate })),
);

/** The rate as a plain reading of the shape gives it, `t` in seconds: the reference knows nothing of closed forms. */
function rateAt(shape: Shape, t: number): number {
  switch (shape.kind) {
    case "ramp":
      return shape.from + ((shape.to - shape.from) * t) / (shape.duration / 1e6);
    case "stages": {
      let from = shape.from;
      let start = 0;
      for (const stage of shape.stages) {
        const length = stage.duration / 1e6;
        if (t < start + length) return from + ((stage.target - from) * (t - start)) / length;
        start += length;
        from = stage.target;
      }
      return 0;
    }
    case "spike":
      return t >= shape.before / 1e6 && t < (shape.before + shape.during) / 1e6 ? shape.peak : shape.base;
    case "closed":
    case "burst":
    case "constant":
    case "poisson":
      throw new Error("has no fixed length");
  }
}

/** Ends of the shape's pieces in seconds, the end of all last. */
function edgesOf(shape: Shape): number[] {
  const lengths =
    shape.kind === "ramp"
      ? [shape.duration]
      : shape.kind === "stages"
        ? shape.stages.map((stage) => stage.duration)
        : shape.kind === "spike"
          ? [shape.before, shape.during, shape.after]
          : [];
  let end = 0;
  return lengths.map((length) => (end += length) / 1e6);
}

/** The integral of the rate from 0 to `t`, by midpoints on a grid that has the edges of the pieces among its points. */
function integral(shape: Shape, t: number): number {
  let from = 0;
  let sum = 0;
  for (const edge of edgesOf(shape)) {
    const to = Math.min(edge, t);
    if (to <= from) continue;
    const step = (to - from) / 64;
    for (let index = 0; index < 64; index += 1) sum += rateAt(shape, from + (index + 0.5) * step) * step;
    from = to;
  }
  return sum;
}

const open = (shape: Shape, devices: number, seed = 1) => {
  const schedule = createSchedule(shape, devices, seed);
  if (schedule === undefined) throw new Error("expected an open shape");
  return schedule;
};

describe("every shape", () => {
  const sized = fc.oneof(
    fc.oneof(ramps, stages, spikes).map((shape) => ({ shape, devices: countArrivals(shape) ?? 0 })),
    fc.record({ shape: free, devices: fc.integer({ min: 0, max: 3_000 }) }),
  );

  it("has the total asked for, and integer times that never step back", () => {
    fc.assert(
      fc.property(sized, fc.maxSafeInteger(), ({ shape, devices }, seed) => {
        const schedule = open(shape, devices, Math.abs(seed));
        expect(schedule.total).toBe(devices);
        let before = 0;
        for (let index = 0; index < devices; index += 1) {
          const time = schedule.at(index);
          if (!Number.isInteger(time) || time < before) throw new Error(`${time} after ${before} at ${index}`);
          before = time;
        }
      }),
    );
  });

  it("gives each index the same time in whatever order it is asked, by however many shards", () => {
    fc.assert(
      fc.property(sized, fc.array(fc.nat(), { maxLength: 30 }), ({ shape, devices }, picks) => {
        fc.pre(devices > 0);
        const inOrder = open(shape, devices);
        const times = Array.from({ length: devices }, (_, index) => inOrder.at(index));
        const jumping = open(shape, devices);
        for (const pick of picks) expect(jumping.at(pick % devices)).toBe(times[pick % devices]);
      }),
    );
  });
});

describe("shapes of fixed length", () => {
  it("put each arrival where the numeric integral of the rate has reached its index, all of them inside", () => {
    fc.assert(
      fc.property(fc.oneof(ramps, stages, spikes), (shape) => {
        const total = countArrivals(shape) ?? 0;
        const end = edgesOf(shape).at(-1) ?? 0;
        expect(Math.abs(total - integral(shape, end))).toBeLessThanOrEqual(1.000_001);
        if (total === 0) return;
        const schedule = open(shape, total);
        expect(schedule.at(total - 1)).toBeLessThanOrEqual(end * 1e6);
        for (const index of new Set([0, 1, total >> 2, total >> 1, total - 2, total - 1])) {
          if (index < 0 || index >= total) continue;
          // One microsecond of rounding moves the integral by at most 400 a second times 10^-6.
          expect(Math.abs(integral(shape, schedule.at(index) / 1e6) - index)).toBeLessThan(0.001);
        }
      }),
    );
  });
});

describe("poisson", () => {
  const SEEDS = [1, 2, 3, 42, 2 ** 40 + 7];
  const COUNT = 20_000;
  const RATE = 50;

  const gapsOf = (seed: number): number[] => {
    const schedule = open({ kind: "poisson", rate: RATE }, COUNT, seed);
    let before = 0;
    return Array.from({ length: COUNT }, (_, index) => {
      const time = schedule.at(index);
      const gap = time - before;
      before = time;
      return gap / 1e6;
    });
  };

  it.each(SEEDS)("has exponential gaps of mean 1/rate (seed %i)", (seed) => {
    const gaps = gapsOf(seed);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / COUNT;
    // The mean of n exponential gaps has the standard deviation mean / sqrt(n): four of them.
    expect(Math.abs(mean * RATE - 1)).toBeLessThan(4 / Math.sqrt(COUNT));

    const sorted = gaps.toSorted((a, b) => a - b);
    const distance = sorted.reduce((worst, gap, index) => {
      const expected = 1 - Math.exp(-RATE * gap);
      return Math.max(worst, Math.abs(expected - index / COUNT), Math.abs(expected - (index + 1) / COUNT));
    }, 0);
    // Kolmogorov-Smirnov at a level of 0.001.
    expect(distance).toBeLessThan(1.95 / Math.sqrt(COUNT));
  });

  it("has gaps that say nothing about the next one, and other gaps for another seed", () => {
    const gaps = gapsOf(1);
    const mean = 1 / RATE;
    const products = gaps.slice(1).reduce((sum, gap, index) => sum + (gap - mean) * ((gaps[index] ?? mean) - mean), 0);
    expect(Math.abs(products / COUNT / mean ** 2)).toBeLessThan(4 / Math.sqrt(COUNT));
    expect(gapsOf(2).slice(0, 20)).not.toEqual(gaps.slice(0, 20));
  });

  it("counts in windows of a second vary as much as their mean, which equal gaps would not", () => {
    const schedule = open({ kind: "poisson", rate: RATE }, COUNT, 3);
    const counts = new Map<number, number>();
    for (let index = 0; index < COUNT; index += 1) {
      const second = Math.floor(schedule.at(index) / usFromSeconds(1));
      counts.set(second, (counts.get(second) ?? 0) + 1);
    }
    const whole = Array.from({ length: Math.floor(COUNT / RATE) - 20 }, (_, second) => counts.get(second) ?? 0);
    const mean = whole.reduce((sum, count) => sum + count, 0) / whole.length;
    const variance = whole.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (whole.length - 1);
    // The index of dispersion of n windows has the standard deviation sqrt(2 / (n - 1)): four of them.
    expect(Math.abs(variance / mean - 1)).toBeLessThan(4 * Math.sqrt(2 / (whole.length - 1)));
  });
});
