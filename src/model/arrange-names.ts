import { createGroupOf } from "./group-of.ts";
import type { FleetPlan } from "./plan.ts";
import { seq } from "./units.ts";

/**
 * Names in the order in which a fleet takes them, so that each comes to a device of its own group. `byGroup`: as many for each
 * as the group has devices; without groups all in one.
 */
export function arrangeNames(
  fleet: Pick<FleetPlan, "groups" | "seed" | "firstSeq">,
  byGroup: readonly (readonly string[])[],
): readonly string[] {
  const groupOf = createGroupOf(fleet);
  const first: number = fleet.firstSeq ?? 0;
  const taken = byGroup.map(() => 0);
  const devices = byGroup.reduce((sum, names) => sum + names.length, 0);
  return Array.from({ length: devices }, (_, index) => {
    const group = groupOf(seq(first + index)) ?? 0;
    const next = taken[group] ?? 0;
    taken[group] = next + 1;
    return byGroup[group]?.[next] ?? "";
  });
}
