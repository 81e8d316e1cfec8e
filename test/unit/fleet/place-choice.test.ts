import { expect, it } from "vitest";
import { createPlaceChoice } from "../../../src/fleet/place-choice.ts";

const equal = (count: number) => Array.from({ length: count }, () => ({ weight: 1 }));
const chosen = (choose: (seq: number, attempt: number) => number, devices: number, attempt = 0): number[] =>
  Array.from({ length: devices }, (_, seq) => choose(seq, attempt));
const countsOf = (list: readonly number[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(list, String)].map(([key, { length }]) => [key, length]));

it("gives each place one device of every round", () => {
  const list = chosen(createPlaceChoice(equal(3), 7, "round-robin"), 300);
  for (let round = 0; round < 100; round += 1) {
    expect(list.slice(round * 3, round * 3 + 3).toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
  }
});

it("does not tie a generator to a place: every second device is at both of two", () => {
  const list = chosen(createPlaceChoice(equal(2), 1, "round-robin"), 400).filter((_, seq) => seq % 2 === 0);
  const { 0: first = 0, 1: second = 0 } = countsOf(list);
  expect(first + second).toBe(200);
  expect(Math.abs(first - second)).toBeLessThan(60);
});

it.each(["round-robin", "random"] as const)("%s is the same for whoever asks, in whatever order", (spread) => {
  const weights = [{ weight: 1 }, { weight: 2.5 }, { weight: 4 }];
  const whole = chosen(createPlaceChoice(weights, 11, spread), 500);
  const other = createPlaceChoice(weights, 11, spread);
  const backwards = Array.from({ length: 500 }, (_, index) => other(499 - index, 0)).toReversed();
  expect(backwards).toEqual(whole);
  expect(chosen(createPlaceChoice(weights, 12, spread), 500)).not.toEqual(whole);
});

it("meets weights exactly in turn: 1 to 2 to 5", () => {
  const choose = createPlaceChoice([{ weight: 1 }, { weight: 2 }, { weight: 5 }], 3, "round-robin");
  expect(countsOf(chosen(choose, 800))).toEqual({ 0: 100, 1: 200, 2: 500 });
});

it("meets weights that are no ratio of small numbers to a thousandth", () => {
  const weights = [{ weight: Math.PI }, { weight: Math.E }];
  const { 0: first = 0 } = countsOf(chosen(createPlaceChoice(weights, 3, "round-robin"), 10_000));
  expect(first / 10_000).toBeCloseTo(Math.PI / (Math.PI + Math.E), 2);
});

it("meets weights by lot as far as lots do", () => {
  const { 1: second = 0 } = countsOf(chosen(createPlaceChoice([{ weight: 1 }, { weight: 3 }], 5, "random"), 4_000));
  expect(second).toBeGreaterThan(2_850);
  expect(second).toBeLessThan(3_150);
});

it("sends a further attempt to the next place, and comes around", () => {
  const choose = createPlaceChoice(equal(3), 7, "round-robin");
  for (let seq = 0; seq < 30; seq += 1) {
    const attempts = [0, 1, 2, 3].map((attempt) => choose(seq, attempt));
    expect(new Set(attempts.slice(0, 3)).size).toBe(3);
    expect(attempts[3]).toBe(attempts[0]);
  }
});
