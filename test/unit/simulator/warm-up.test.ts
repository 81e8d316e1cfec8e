import { expect, it } from "vitest";
import { PRESETS, warmUpFactor } from "../../../src/simulator/timing/service-model.ts";
import { traitsOf } from "../../../src/simulator/core/version-table.ts";
import { load } from "./load.ts";

/** Processor time per device of a fresh ThingsBoard CE 4.2.1: batches in their order, and milliseconds. */
const MEASURED = [
  [200, 57],
  [1_000, 20],
  [2_000, 16],
  [3_000, 8.6],
  [3_000, 6.5],
] as const;
const WARM_MS = 5.6;

it("falls along the curve that was measured, within a third", () => {
  const traits = traitsOf("4.2.1");
  const warmUp = traits && PRESETS["thingsboard-2core-cold"](traits).warmUp;
  let created = 0;
  for (const [devices, measured] of MEASURED) {
    let sum = 0;
    for (let index = 0; index < devices; index += 1) sum += WARM_MS * warmUpFactor(warmUp, created + index);
    created += devices;
    expect(sum / devices / measured).toBeGreaterThan(2 / 3);
    expect(sum / devices / measured).toBeLessThan(4 / 3);
  }
  expect(warmUpFactor(undefined, 0)).toBe(1);
});

it("makes round trips of a closed load shorter by and by, and those of a warm server not", () => {
  const speedUp = (preset: "thingsboard-2core" | "thingsboard-2core-cold"): number => {
    const { roundTrips } = load({ version: "4.2.1", preset, inFlight: 50, requests: 9_000 });
    const medianOf = (part: readonly number[]) => part.toSorted((a, b) => a - b)[part.length >> 1] ?? Number.NaN;
    return medianOf(roundTrips.slice(0, 3_000)) / medianOf(roundTrips.slice(6_000));
  };
  expect(speedUp("thingsboard-2core-cold")).toBeGreaterThan(2);
  expect(speedUp("thingsboard-2core")).toBeCloseTo(1, 1);
});
