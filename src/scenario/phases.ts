import type { Phase, Shape } from "../model/plan.ts";
import { seq } from "../model/units.ts";
import { countArrivals } from "../schedule/schedule.ts";
import type { Problem } from "./problem.ts";
import { MOST_DEVICES } from "./fields.ts";
import { type PhaseInput, SHAPES } from "./schema.ts";
import { formatCount, quantity } from "../writing/notation.ts";

/**
 * The phases with their devices. `count` is the fleet's if it was given, or the number of its names: one phase may leave
 * its devices open and takes what the others leave. Mistakes go to `problems`.
 */
export function resolvePhases(
  inputs: readonly PhaseInput[],
  count: number | undefined,
  pathOf: (index: number) => Problem["path"],
  problems: Problem[],
): readonly Phase[] {
  const shapes = inputs.map((input, index) => shapeOf(input, pathOf(index), problems));
  const devices = inputs.map((input, index) => devicesOf(input, shapes[index], pathOf(index), problems));
  const given = devices.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  checkNames(inputs, pathOf, problems);
  // While a phase has no shape, nobody knows how many devices it stands for.
  if (shapes.every((shape) => shape !== undefined)) checkSum(devices, count, pathOf, problems);
  let firstSeq = 0;
  return inputs.map((input, index) => {
    const own = devices[index] ?? Math.max(0, (count ?? 0) - given);
    const phase: Phase = {
      name: phaseName(input, index, inputs.length),
      warmup: input.warmup,
      firstSeq: seq(firstSeq),
      devices: own,
      shape: shapes[index] ?? { kind: "burst" },
    };
    firstSeq += own;
    return phase;
  });
}

function phaseName(input: PhaseInput, index: number, of: number): string {
  return input.name ?? (of === 1 ? "load" : `phase ${index + 1}`);
}

function checkNames(
  inputs: readonly PhaseInput[],
  pathOf: (index: number) => Problem["path"],
  problems: Problem[],
): void {
  const names = inputs.map((input, index) => phaseName(input, index, inputs.length));
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) === index) continue;
    const fix = "another phase has this name: thresholds could not tell them apart";
    problems.push({ path: [...pathOf(index), "name"], value: JSON.stringify(name), fix });
  }
  if (inputs.every((input) => input.warmup)) {
    problems.push({ path: ["load"], value: undefined, fix: "every phase is a warm-up: nothing would be measured" });
  }
}

function checkSum(
  devices: readonly (number | undefined)[],
  count: number | undefined,
  pathOf: (index: number) => Problem["path"],
  problems: Problem[],
): void {
  const open = devices.flatMap((each, index) => (each === undefined ? [index] : []));
  const given = devices.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  for (const index of open.slice(1)) {
    const fix = "only one phase can take the rest of the fleet: give this one devices";
    problems.push({ path: pathOf(index), value: undefined, fix });
  }
  const problem = (fix: string) =>
    problems.push({ path: ["fleet", "count"], value: count?.toString(), fix, judgedBy: ["load"] });
  if (open.length > 1) return;
  if (open.length === 1) {
    if (count === undefined) {
      problem("give it, or give the phase devices (a closed, constant or poisson load may have a duration instead)");
    } else if (count <= given) {
      problem(`the other phases use ${quantity(given, "device")}: write more than ${given}`);
    }
  } else if (count !== undefined && count !== given) {
    const way = devices.length === 1 ? "the phase" : "one phase";
    problem(
      `the load uses ${quantity(given, "device")}: write ${given}, leave it out, or give ${way} neither devices nor duration`,
    );
  }
  if (Math.max(given, count ?? 0) > MOST_DEVICES) {
    const fix = `the load uses ${quantity(given, "device")}: at most ${formatCount(MOST_DEVICES)} can be told apart`;
    problems.push({ path: ["load"], value: undefined, fix });
  }
}

function shapeOf(input: PhaseInput, path: Problem["path"], problems: Problem[]): Shape | undefined {
  const given = SHAPES.filter((kind) => input[kind] !== undefined);
  if (given.length !== 1) {
    const found = given.length === 0 ? "it has none" : `it has ${given.join(" and ")}`;
    problems.push({ path, value: undefined, fix: `a phase needs exactly one of ${SHAPES.join(", ")}; ${found}` });
    return undefined;
  }
  const { closed, duration, constant, poisson, ramp, stages, spike } = input;
  if (closed !== undefined) return { kind: "closed", ...closed, ...(duration === undefined ? {} : { duration }) };
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
  // The devices of a closed load with a duration are a ceiling.
  if (shape.kind === "closed") return input.devices;
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
        fix: `this ${shape.kind} makes ${formatCount(determined)} arrivals: leave devices out`,
      });
    }
    if (determined === 0)
      problems.push({ path: [...path, shape.kind], value: undefined, fix: "it makes no arrival: raise its rates" });
    return determined;
  }
  if (input.devices !== undefined) return input.devices;
  return timed !== undefined && rated ? Math.max(1, Math.round((shape.rate * timed) / 1_000_000)) : undefined;
}
