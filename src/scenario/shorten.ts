import { apportion } from "../model/apportion.ts";
import { endsByTime } from "../model/devices-of.ts";
import type { Phase, Shape } from "../model/plan.ts";
import { seq, type Us, us } from "../model/units.ts";
import { countArrivals } from "../schedule/schedule.ts";
import type { Problem } from "./problem.ts";
import type { Scenario } from "./schema.ts";

/** Halvings after which a stretch is known to the microsecond. */
const HALVINGS = 60;

/**
 * The same load, shorter or longer: rates and concurrency stay, what changes is for how long. Each phase keeps its part of
 * the whole, and at least one device. Mistakes go to `problems`.
 */
export function shortenPhases(
  phases: readonly Phase[],
  shorten: Scenario["shorten"],
  problems: Problem[],
): readonly Phase[] {
  if (shorten === undefined) return phases;
  const given = (["scale", "devices", "duration"] as const).filter((name) => shorten[name] !== undefined);
  const refuse = (path: readonly string[], fix: string): readonly Phase[] => {
    problems.push({ path: ["shorten", ...path], value: undefined, fix, judgedBy: ["load", "fleet"] });
    return phases;
  };
  if (given.length > 1) return refuse([], `give one of scale, devices and duration; it has ${given.join(" and ")}`);
  const { scale, devices, duration } = shorten;
  const whole = sumOf(phases.map((phase) => phase.devices));
  const byTime = phases.find(endsByTime);
  if (devices !== undefined && byTime !== undefined) {
    return refuse(["devices"], `the phase ${byTime.name} ends by time, whatever its devices: use scale or duration`);
  }
  if (devices !== undefined) {
    if (devices < phases.length) {
      return refuse(
        ["devices"],
        `the load has ${phases.length} phases, and each needs a device: write at least ${phases.length}`,
      );
    }
    return withDevices(phases, sharesOf(devices, phases));
  }
  const timed = sumOf(phases.map(lengthOf));
  if (duration !== undefined && timed === 0) {
    return refuse(
      ["duration"],
      "a burst, or a closed load without a duration, lasts as long as the server takes: use scale or devices",
    );
  }
  const factor = scale ?? (duration === undefined || whole === 0 ? 1 : duration / timed);
  return withDevices(
    phases.map((phase) => shortenTime(phase, factor)),
    phases.map((phase) => Math.max(1, Math.round(phase.devices * factor))),
  );
}

/** What ends by time is as much shorter, however its ceiling is rounded. */
function shortenTime(phase: Phase, factor: number): Phase {
  const { shape } = phase;
  if (shape.kind !== "closed" || shape.duration === undefined) return phase;
  return { ...phase, shape: { ...shape, duration: us(Math.max(1, Math.round(shape.duration * factor))) } };
}

/** How long the arrivals of a phase take, in microseconds, by the plan alone; 0: as long as the server takes. */
function lengthOf({ shape, devices }: Phase): number {
  switch (shape.kind) {
    case "closed":
      return shape.duration ?? 0;
    case "burst":
      return 0;
    case "constant":
    case "poisson":
      return (devices / shape.rate) * 1_000_000;
    case "ramp":
      return shape.duration;
    case "stages":
      return sumOf(shape.stages.map((stage) => stage.duration));
    case "spike":
      return shape.before + shape.during + shape.after;
  }
}

/** `devices` in proportion to those of the phases, to the device. */
function sharesOf(devices: number, phases: readonly Phase[]): readonly number[] {
  const sizes = phases.map((phase) => phase.devices);
  // One each first, so that no phase disappears.
  return apportion(devices - phases.length, sizes).map((share) => 1 + share);
}

function withDevices(phases: readonly Phase[], counts: readonly number[]): readonly Phase[] {
  let firstSeq = 0;
  return phases.map((phase, index) => {
    const wanted = counts[index] ?? phase.devices;
    const shape = wanted === phase.devices ? phase.shape : stretchTo(phase.shape, wanted, wanted / phase.devices);
    const devices = countArrivals(shape) ?? wanted;
    const shortened = { ...phase, firstSeq: seq(firstSeq), devices, shape };
    firstSeq += devices;
    return shortened;
  });
}

/** A shape whose length says how many arrivals it has, stretched in time until it has `wanted`. */
function stretchTo(shape: Shape, wanted: number, near: number): Shape {
  const arrivals = (factor: number): number => countArrivals(stretch(shape, factor)) ?? wanted;
  if (arrivals(near) === wanted) return stretch(shape, near);
  let low = 0;
  let high = near * 2;
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (arrivals(middle) < wanted) low = middle;
    else high = middle;
  }
  return stretch(shape, high);
}

function stretch(shape: Shape, factor: number): Shape {
  const times = (time: Us): Us => us(Math.max(1, Math.round(time * factor)));
  switch (shape.kind) {
    case "closed":
    case "burst":
    case "constant":
    case "poisson":
      return shape;
    case "ramp":
      return { ...shape, duration: times(shape.duration) };
    case "stages":
      return { ...shape, stages: shape.stages.map((stage) => ({ ...stage, duration: times(stage.duration) })) };
    case "spike":
      return { ...shape, before: times(shape.before), during: times(shape.during), after: times(shape.after) };
  }
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
