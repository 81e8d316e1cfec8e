import type { Phase } from "./plan.ts";

/** How many devices a plan asks for. */
export function devicesOf({ phases }: { readonly phases: readonly Pick<Phase, "devices">[] }): number {
  return phases.reduce((sum, { devices }) => sum + devices, 0);
}
