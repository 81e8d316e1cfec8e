import type { Shape } from "../model/plan.ts";
import type { Schedule } from "../model/ports.ts";
import { countStraightLines, createStraightLines, type Line } from "./straight-lines.ts";

type Spike = Extract<Shape, { kind: "spike" }>;

/** A base rate, a sudden higher one, and the base again, to see whether the target comes back. */
export function createSpike(shape: Spike, devices: number): Schedule {
  return createStraightLines(linesOf(shape), devices);
}

export function countSpike(shape: Spike): number {
  return countStraightLines(linesOf(shape));
}

function linesOf(shape: Spike): readonly Line[] {
  return [
    { from: shape.base, to: shape.base, duration: shape.before },
    { from: shape.peak, to: shape.peak, duration: shape.during },
    { from: shape.base, to: shape.base, duration: shape.after },
  ];
}
