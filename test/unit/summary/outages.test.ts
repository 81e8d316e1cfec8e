import { expect, it } from "vitest";
import { us, usFromSeconds } from "../../../src/model/units.ts";
import { outagesOf } from "../../../src/summary/outages.ts";

const seconds = (...list: readonly (readonly [answered: number, failed: number])[]) =>
  new Map(list.map(([answered, failed], second) => [second, { answered, failed }] as const));

it("tells a place that answered nobody from its first second on", () => {
  expect(outagesOf(seconds([0, 1]))).toEqual([{ from: us(0), to: null, failures: 1 }]);
});

it("tells from when on a place was dead", () => {
  expect(outagesOf(seconds([5, 0], [3, 2], [0, 5], [0, 5]))).toEqual([
    { from: usFromSeconds(2), to: null, failures: 10 },
  ]);
});

it("tells when it came back, over seconds in which nobody was sent there", () => {
  expect(outagesOf(seconds([5, 0], [0, 6], [0, 0], [0, 6], [4, 1], [5, 0]))).toEqual([
    { from: usFromSeconds(1), to: usFromSeconds(4), failures: 12 },
  ]);
});

it.each([
  [
    "some failures among answers",
    [
      [5, 3],
      [5, 3],
    ],
  ],
  [
    "few failures alone in a second",
    [
      [5, 0],
      [0, 3],
      [5, 0],
    ],
  ],
  [
    "a last device or two that failed",
    [
      [5, 0],
      [0, 2],
    ],
  ],
  [
    "nobody",
    [
      [0, 0],
      [0, 0],
    ],
  ],
] as const)("is no outage: %s", (_, list) => {
  expect(outagesOf(seconds(...list))).toEqual([]);
});
