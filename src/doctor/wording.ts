import type { Phase, Plan } from "../model/plan.ts";
import { formatCount, formatTime } from "../writing/notation.ts";
import { devicesOf, loginsADevice } from "../model/devices-of.ts";
import { usFromMs } from "../model/units.ts";

export const countOf = (value: number): string => formatCount(Math.round(value));

export const milliseconds = (ms: number): string => formatTime(usFromMs(ms));

/** How many logins the roll call makes, the negative control among them. */
export function loginsOf(plan: Plan): number {
  if (plan.rollCall.when === "off") return 0;
  return (devicesOf(plan) + (plan.rollCall.negativeControl ? 1 : 0)) * loginsADevice(plan);
}

/** Requests that the plan is sure to have open at once. */
export function atOnceOf({ phases, maxInFlight }: Plan): number {
  const most = phases.map(({ shape, devices }) => {
    if (shape.kind === "closed") return Math.min(shape.concurrency, devices);
    return shape.kind === "burst" ? devices : 1;
  });
  return Math.min(maxInFlight, Math.max(...most));
}

/** The highest rate of arrivals that is planned, a second; 0 where the load sets none. */
export function peakRateOf({ phases }: Plan): number {
  return Math.max(...phases.map(({ shape }) => peakOf(shape)));
}

function peakOf(shape: Phase["shape"]): number {
  switch (shape.kind) {
    case "closed":
    case "burst":
      return 0;
    case "constant":
    case "poisson":
      return shape.rate;
    case "ramp":
      return Math.max(shape.from, shape.to);
    case "stages":
      return Math.max(shape.from, ...shape.stages.map(({ target }) => target));
    case "spike":
      return Math.max(shape.base, shape.peak);
  }
}
