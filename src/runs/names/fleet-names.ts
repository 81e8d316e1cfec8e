import { createNames } from "../../fleet/names.ts";
import { createGroupOf } from "../../model/group-of.ts";
import type { Plan } from "../../model/plan.ts";
import { seq } from "../../model/units.ts";
import { freshPrefix } from "../../scenario/resolve.ts";

/** The names of a plan's fleet, in order, those of further attempts among them; none where they are left to the server. */
export function fleetNames(plan: NamedPlan): readonly string[] {
  return fleetNamesByGroup(plan).flat();
}

/** The same for each group apart; of a fleet without groups all in one. */
export function fleetNamesByGroup({ fleet, prefix, phases }: NamedPlan): readonly (readonly string[])[] {
  const nameOf = createNames(fleet, prefix);
  const groupOf = createGroupOf(fleet);
  const attempts = fleet.retry?.sameName === false ? fleet.retry.attempts : 1;
  const names: string[][] = (fleet.groups ?? [undefined]).map(() => []);
  for (const { firstSeq, devices } of phases) {
    for (let index = 0; index < devices; index += 1) {
      const each = seq(firstSeq + index);
      for (let attempt = 1; attempt <= attempts; attempt += 1) {
        const name = nameOf(each, attempt);
        if (name !== undefined && name !== "") names[groupOf(each) ?? 0]?.push(name);
      }
    }
  }
  return names;
}

type NamedPlan = Pick<Plan, "fleet" | "prefix" | "phases">;

/** Whether each run of the scenario has names that no other run has. */
export function areNamesFresh({ fleet: { names }, prefix, runId }: Pick<Plan, "fleet" | "prefix" | "runId">): boolean {
  return names.from === "pattern" && names.pattern.includes("{prefix}") && prefix === freshPrefix(runId);
}
