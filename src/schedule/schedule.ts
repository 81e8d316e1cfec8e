import type { Shape } from "../model/plan.ts";
import type { Schedule } from "../model/ports.ts";
import { createBurst } from "./burst.ts";
import { createConstant } from "./constant.ts";
import { createPoisson } from "./poisson.ts";
import { countRamp, createRamp } from "./ramp.ts";
import { countSpike, createSpike } from "./spike.ts";
import { countStages, createStages } from "./stages.ts";

/**
 * When each of `devices` arrivals is due, in microseconds from the start of its phase: pure, non-decreasing, starting at 0 or later.
 * `seed` decides the gaps of a Poisson process and nothing else. Undefined under closed load, where an arrival is due
 * when another has ended. Throws RangeError if a shape of fixed length has room for fewer than `devices`.
 */
export function createSchedule(shape: Shape, devices: number, seed: number): Schedule | undefined {
  switch (shape.kind) {
    case "closed":
      return undefined;
    case "burst":
      return createBurst(devices);
    case "constant":
      return createConstant(shape.rate, devices);
    case "poisson":
      return createPoisson(shape.rate, devices, seed);
    case "ramp":
      return createRamp(shape, devices);
    case "stages":
      return createStages(shape, devices);
    case "spike":
      return createSpike(shape, devices);
  }
}

/** How many arrivals the shape alone determines; undefined where the number of devices is free. */
export function countArrivals(shape: Shape): number | undefined {
  switch (shape.kind) {
    case "closed":
    case "burst":
    case "constant":
    case "poisson":
      return undefined;
    case "ramp":
      return countRamp(shape);
    case "stages":
      return countStages(shape);
    case "spike":
      return countSpike(shape);
  }
}
