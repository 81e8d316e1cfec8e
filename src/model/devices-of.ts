import { type BackgroundPlan, yetToMake } from "./background.ts";
import type { Phase, Plan, Shape } from "./plan.ts";
import type { RetryPlan } from "./retry-plan.ts";
import type { Us } from "./units.ts";

interface EndsByTime {
  readonly shape: Extract<Shape, { readonly kind: "closed" }> & { readonly duration: Us };
}

/** Whether a phase ends by time: its devices are a ceiling then, and nobody knows beforehand how many there will be. */
export function endsByTime<P extends { readonly shape?: Shape }>(phase: P): phase is P & EndsByTime {
  return phase.shape?.kind === "closed" && phase.shape.duration !== undefined;
}

/** Whether the devices of a plan are a ceiling: one of its phases ends by time. */
export function devicesAreCeiling({ phases }: { readonly phases: readonly Pick<Phase, "shape">[] }): boolean {
  return phases.some(endsByTime);
}

/** How many devices a plan is sure to ask for: of a phase that ends by time, those that it begins with. */
export function leastDevicesOf({ phases }: Pick<Plan, "phases">): number {
  return phases.reduce(
    (sum, phase) => sum + (endsByTime(phase) ? Math.min(phase.shape.concurrency, phase.devices) : phase.devices),
    0,
  );
}

/** How many devices a plan asks for, at most where a phase ends by time. */
export function devicesOf({ phases }: { readonly phases: readonly Pick<Phase, "devices">[] }): number {
  return phases.reduce((sum, { devices }) => sum + devices, 0);
}

/** How many devices a server may make of it at most, a background that is still to be made among them: where each attempt asks for a name of its own, one for each. */
export function mostMadeBy({
  phases,
  fleet: { retry },
  background,
}: {
  readonly phases: readonly Pick<Phase, "devices">[];
  readonly fleet: { readonly retry?: RetryPlan };
  readonly background?: BackgroundPlan | undefined;
}): number {
  return yetToMake(background) + devicesOf({ phases }) * (retry?.sameName === false ? retry.attempts : 1);
}

/** How often the roll call logs each device in. */
export function loginsADevice({ rollCall, target }: Pick<Plan, "rollCall" | "target">): number {
  return rollCall.at === "each" ? Math.max(1, (target.hosts ?? []).length) : 1;
}
