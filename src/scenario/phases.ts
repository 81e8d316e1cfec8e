import type { Phase, Shape } from "../model/plan.ts";
import { seq } from "../model/units.ts";
import { countArrivals } from "../schedule/schedule.ts";
import type { Problem } from "./problem.ts";
import { type PhaseInput, SHAPES } from "./schema.ts";

/** The phases with their devices; `count` is the fleet's, if it was given. Mistakes go to `problems`. */
export function resolvePhases(
  inputs: readonly PhaseInput[],
  count: number | undefined,
  pathOf: (index: number) => Problem["path"],
  problems: Problem[],
): readonly Phase[] {
  const shapes = inputs.map((input, index) => shapeOf(input, pathOf(index), problems));
  const devices = inputs.map((input, index) => devicesOf(input, shapes[index], pathOf(index), problems));
  const open = devices.flatMap((each, index) => (each === undefined ? [index] : []));
  const given = devices.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  if (open.length > 1) {
    for (const index of open.slice(1)) {
      problems.push({
        path: pathOf(index),
        value: undefined,
        fix: "only one phase can take the rest of the fleet: give this one devices",
      });
    }
  } else if (open.length === 1) {
    if (count === undefined) {
      problems.push({
        path: ["fleet", "count"],
        value: undefined,
        fix: "give it, or give the phase devices (a constant or poisson load may have a duration instead)",
      });
    } else if (count <= given) {
      problems.push({
        path: ["fleet", "count"],
        value: String(count),
        fix: `the other phases use ${given} devices: write more than that`,
      });
    }
  } else if (count !== undefined && count !== given) {
    problems.push({
      path: ["fleet", "count"],
      value: String(count),
      fix: `the load uses ${given} devices: write ${given}, leave it out, or leave devices out of one phase`,
    });
  }
  let firstSeq = 0;
  return inputs.map((input, index) => {
    const own = devices[index] ?? Math.max(0, (count ?? 0) - given);
    const phase: Phase = {
      name: input.name ?? (inputs.length === 1 ? "load" : `phase ${index + 1}`),
      warmup: input.warmup,
      firstSeq: seq(firstSeq),
      devices: own,
      shape: shapes[index] ?? { kind: "burst" },
    };
    firstSeq += own;
    return phase;
  });
}

function shapeOf(input: PhaseInput, path: Problem["path"], problems: Problem[]): Shape | undefined {
  const given = SHAPES.filter((kind) => input[kind] !== undefined);
  if (given.length !== 1) {
    const found = given.length === 0 ? "it has none" : `it has ${given.join(" and ")}`;
    problems.push({ path, value: undefined, fix: `a phase needs exactly one of ${SHAPES.join(", ")}; ${found}` });
    return undefined;
  }
  const { closed, constant, poisson, ramp, stages, spike } = input;
  if (closed !== undefined) return { kind: "closed", ...closed };
  if (constant !== undefined) return { kind: "constant", ...constant };
  if (poisson !== undefined) return { kind: "poisson", ...poisson };
  if (ramp !== undefined) return { kind: "ramp", ...ramp };
  if (stages !== undefined) return { kind: "stages", ...stages };
  if (spike !== undefined) return { kind: "spike", ...spike };
  return { kind: "burst" };
}

function devicesOf(
  input: PhaseInput,
  shape: Shape | undefined,
  path: Problem["path"],
  problems: Problem[],
): number | undefined {
  if (shape === undefined) return input.devices ?? 1;
  const determined = countArrivals(shape);
  const timed = input.duration;
  const rated = shape.kind === "constant" || shape.kind === "poisson";
  if (timed !== undefined && !rated) {
    problems.push({
      path: [...path, "duration"],
      value: undefined,
      fix: `a ${shape.kind} load has no duration of its own: leave it out`,
    });
  }
  if (timed !== undefined && input.devices !== undefined) {
    problems.push({
      path: [...path, "devices"],
      value: String(input.devices),
      fix: "give devices or duration, not both",
    });
  }
  if (determined !== undefined) {
    if (input.devices !== undefined && input.devices !== determined) {
      problems.push({
        path: [...path, "devices"],
        value: String(input.devices),
        fix: `this ${shape.kind} makes ${determined} arrivals: leave devices out`,
      });
    }
    if (determined === 0)
      problems.push({ path: [...path, shape.kind], value: undefined, fix: "it makes no arrival: raise its rates" });
    return determined;
  }
  if (input.devices !== undefined) return input.devices;
  return timed !== undefined && rated ? Math.max(1, Math.round((shape.rate * timed) / 1_000_000)) : undefined;
}
