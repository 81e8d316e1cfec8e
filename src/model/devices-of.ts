import type { Phase, Plan, Shape } from "./plan.ts";
import type { RetryPlan } from "./retry-plan.ts";

/** Whether a phase ends by time: its devices are a ceiling then, and nobody knows beforehand how many there will be. */
export function endsByTime({ shape }: { readonly shape?: Shape }): boolean {
  return shape?.kind === "closed" && shape.duration !== undefined;
}

/** How many devices a plan is sure to ask for: of a phase that ends by time, those that it begins with. */
export function leastDevicesOf({ phases }: Pick<Plan, "phases">): number {
  return phases.reduce(
    (sum, phase) =>
      sum +
      (endsByTime(phase) && phase.shape.kind === "closed"
        ? Math.min(phase.shape.concurrency, phase.devices)
        : phase.devices),
    0,
  );
}

/** How many devices a plan asks for, at most where a phase ends by time. */
export function devicesOf({ phases }: { readonly phases: readonly Pick<Phase, "devices">[] }): number {
  return phases.reduce((sum, { devices }) => sum + devices, 0);
}

/** How many devices a server may make of it at most: where each attempt asks for a name of its own, one for each. */
export function mostMadeBy({
  phases,
  fleet: { retry },
}: {
  readonly phases: readonly Pick<Phase, "devices">[];
  readonly fleet: { readonly retry?: RetryPlan };
}): number {
  return devicesOf({ phases }) * (retry?.sameName === false ? retry.attempts : 1);
}

/** How often the roll call logs each device in. */
export function loginsADevice({ rollCall, target }: Pick<Plan, "rollCall" | "target">): number {
  return rollCall.at === "each" ? Math.max(1, (target.hosts ?? []).length) : 1;
}
