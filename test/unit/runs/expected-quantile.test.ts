import { describe, expect, it } from "vitest";
import { expectedQuantile, quantileAt } from "../../../src/runs/selftest/expected-quantile.ts";
import { createRandom } from "../../support/random.ts";

const ascending = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b);
const list = (length: number, of: () => number): readonly number[] => Array.from({ length }, of);

/** A server of 20 to 120 ms, and a way of 0.4 ms and more, of 20 at times. Sent: what an instrument should see. */
function experiment(seed: number) {
  const random = createRandom(seed);
  const way = (): number => 0.4 - 0.3 * Math.log(1 - random()) + (random() < 0.005 ? 20 : 0);
  const service = list(500, () => 20 + 100 * random());
  return {
    floors: [ascending(list(250, way)), ascending(list(250, way))],
    served: ascending(service),
    roundTrips: service.map((ms) => ms + way()),
  };
}

const experiments = Array.from({ length: 100 }, (_, index) => experiment(index + 1)).map((each) => ({
  ...each,
  ranges: new Map([0.5, 0.9].map((q) => [q, expectedQuantile(each.served, each.floors, q)] as const)),
}));

/** In how many of 100 experiments a quantile lies within, if the instrument has done this to the times. */
function within(q: number, instrument: (ms: number) => number): number {
  return experiments.filter(({ roundTrips, ranges }) => {
    const [least, most] = ranges.get(q) ?? [Number.NaN, Number.NaN];
    const found = quantileAt(ascending(roundTrips.map(instrument)), q);
    return found >= least && found <= most;
  }).length;
}

describe("expected quantile", () => {
  it.each([0.5, 0.9])("has what a true instrument finds at %d", (q) => {
    expect(within(q, (ms) => ms)).toBe(100);
  });

  it.each([
    ["5 ms too much", (ms: number) => ms + 5],
    ["1 ms too little", (ms: number) => ms - 1],
    ["5 % too much", (ms: number) => ms * 1.05],
    ["2 % too little", (ms: number) => ms * 0.98],
  ])("has not what an instrument finds that tells %s", (_, wrong) => {
    expect(within(0.9, wrong)).toBeLessThan(5);
  });

  it("is the service time and a way from little further up in the floor where all take the same", () => {
    const floor = ascending(list(250, createRandom(7)));
    const [least, most] = expectedQuantile(
      list(500, () => 50),
      [floor],
      0.5,
    );
    expect(least).toBe(50 + (floor[0] ?? 0));
    expect(most).toBeGreaterThanOrEqual(50 + quantileAt(floor, 0.6));
    expect(most).toBeLessThan(50 + quantileAt(floor, 0.65));
  });

  it("has at its end what stands at that place of all sums in order", () => {
    const random = createRandom(11);
    for (const [few, q] of [
      [1, 0.5],
      [3, 0.2],
      [20, 0.9],
      [20, 0.98],
      [20, 0.99],
      [20, 0.995],
    ] as const) {
      const [served, floor] = [ascending(list(few, () => Math.round(9 * random()) / 7)), ascending(list(few, random))];
      const ways = list(100, () => 0).map((_, index) => quantileAt(floor, Math.min(1, (index + 1) / 100 + 0.1)));
      const sums = ascending(served.flatMap((ms) => ways.map((way) => ms + way)));
      expect(expectedQuantile(served, [floor], q)[1]).toBe(quantileAt(sums, q + 0.01));
    }
  });

  it("is not a number where the server answered nobody", () => {
    expect(expectedQuantile([], [[1]], 0.5)).toEqual([Number.NaN, Number.NaN]);
  });
});
