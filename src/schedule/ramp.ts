import type { Shape } from "../model/plan.ts";
import type { Schedule } from "../model/ports.ts";
import { countStraightLines, createStraightLines } from "./straight-lines.ts";

type Ramp = Extract<Shape, { kind: "ramp" }>;

/** One straight line from one rate to another; straight-lines.ts inverts the integral of the rate. */
export function createRamp(shape: Ramp, devices: number): Schedule {
  return createStraightLines([shape], devices);
}

export function countRamp(shape: Ramp): number {
  return countStraightLines([shape]);
}
