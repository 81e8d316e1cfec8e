import { describe, expect, it } from "vitest";
import { backgroundCourse } from "../../../src/summary/background-course.ts";
import type { BackgroundSeconds } from "../../../src/summary/background-tally.ts";
import { addRoundTrip, createRoundTrips } from "../../../src/summary/round-trips.ts";

function seconds(...of: readonly (readonly [second: number, times: readonly number[], lost?: number])[]) {
  const made: BackgroundSeconds = new Map();
  for (const [second, times, lost = 0] of of) {
    const roundTrips = createRoundTrips();
    for (const time of times) addRoundTrip(roundTrips, time);
    made.set(second, { roundTrips, lost });
  }
  return made;
}

describe("the course of a background", () => {
  it("has an entry for each second, with gaps where nothing was due, and the losses", () => {
    expect(backgroundCourse(seconds([5, [30, 10, 20], 1], [7, [40]], [8, [], 2]))).toEqual({
      from: 5,
      step: 1,
      p50: [20, null, null, null],
      p99: [null, null, null, null],
      max: [30, null, 40, null],
      lost: [1, 0, 0, 2],
    });
  });

  it("has a p99 where one of a hundred lies beyond it, and wider windows in a longer run", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    const course = backgroundCourse(seconds([0, hundred], [1, hundred], [999, [7, 9]]));
    expect(course?.step).toBe(5);
    expect(course?.p50[0]).toBe(50);
    expect(course?.p99[0]).toBe(99);
    expect(course?.p50.at(-1)).toBe(7);
    expect(course?.p99.at(-1)).toBeNull();
    expect(course?.max).toHaveLength(200);
  });

  it("is none where nothing happened", () => {
    expect(backgroundCourse(new Map())).toBeUndefined();
  });
});
