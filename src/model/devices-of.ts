import type { Phase, Plan, RetryPlan } from "./plan.ts";

/** How many devices a plan asks for. */
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
