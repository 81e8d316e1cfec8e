import { expect, it } from "vitest";
import { us } from "../../../src/model/units.ts";
import { turnsOf } from "../../../src/schedule/rounds.ts";

it("turns are at even distances over the round, each taken once, in an order that the seed decides", () => {
  const turns = turnsOf(500, us(10_000_000), 7);
  expect(turns.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, index) => index * 20_000));
  expect(turns).not.toEqual(turns.toSorted((a, b) => a - b));
  expect(turnsOf(500, us(10_000_000), 7)).toEqual(turns);
  expect(turnsOf(500, us(10_000_000), 8)).not.toEqual(turns);
});

it("the part of a shard is spread over the round, too: no quarter of it has more than twice its share", () => {
  const own = turnsOf(400, us(4_000_000), 1).filter((_, index) => index % 4 === 1);
  const quarters = [0, 1, 2, 3].map((quarter) => own.filter((turn) => Math.floor(turn / 1_000_000) === quarter).length);
  expect(quarters.reduce((sum, count) => sum + count, 0)).toBe(100);
  expect(Math.max(...quarters)).toBeLessThan(50);
});

it("one device has its turn at the beginning, and none have none", () => {
  expect(turnsOf(1, us(10), 1)).toEqual([0]);
  expect(turnsOf(0, us(10), 1)).toEqual([]);
});
