import type { Shape } from "../model/plan.ts";
import type { Schedule } from "../model/ports.ts";
import { countStraightLines, createStraightLines, type Line } from "./straight-lines.ts";

type Stages = Extract<Shape, { kind: "stages" }>;

/** Straight lines in a row, each from where the last one ended; a stage of no length is a jump. */
export function createStages(shape: Stages, devices: number): Schedule {
  return createStraightLines(linesOf(shape), devices);
}

export function countStages(shape: Stages): number {
  return countStraightLines(linesOf(shape));
}

function linesOf(shape: Stages): readonly Line[] {
  return shape.stages.map((stage, index) => ({
    from: index === 0 ? shape.from : (shape.stages[index - 1]?.target ?? shape.from),
    to: stage.target,
    duration: stage.duration,
  }));
}
