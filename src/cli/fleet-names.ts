import { createNames } from "../fleet/names.ts";
import type { Plan } from "../model/plan.ts";
import { seq } from "../model/units.ts";
import { freshPrefix } from "../scenario/resolve.ts";

/** The names of a plan's fleet, in order; none where they are left to the server. */
export function fleetNames({ fleet, prefix }: Pick<Plan, "fleet" | "prefix">): readonly string[] {
  const nameOf = createNames(fleet.names, prefix);
  const names = Array.from({ length: fleet.count }, (_, index) => nameOf(seq(index)));
  return names.filter((name) => name !== undefined && name !== "") as readonly string[];
}

/** Whether each run of the scenario has names that no other run has. */
export function areNamesFresh({ fleet: { names }, prefix, runId }: Plan): boolean {
  return names.from === "pattern" && names.pattern.includes("{prefix}") && prefix === freshPrefix(runId);
}
