import { createNames } from "../../fleet/names.ts";
import type { Plan } from "../../model/plan.ts";
import { seq } from "../../model/units.ts";
import { freshPrefix } from "../../scenario/resolve.ts";

/** The names of a plan's fleet, in order, those of further attempts among them; none where they are left to the server. */
export function fleetNames({ fleet, prefix, phases }: Pick<Plan, "fleet" | "prefix" | "phases">): readonly string[] {
  const nameOf = createNames(fleet, prefix);
  const attempts = fleet.retry?.sameName === false ? fleet.retry.attempts : 1;
  const names = phases.flatMap(({ firstSeq, devices }) =>
    Array.from({ length: devices * attempts }, (_, index) =>
      nameOf(seq(firstSeq + Math.floor(index / attempts)), 1 + (index % attempts)),
    ),
  );
  return names.filter((name) => name !== undefined && name !== "") as readonly string[];
}

/** Whether each run of the scenario has names that no other run has. */
export function areNamesFresh({ fleet: { names }, prefix, runId }: Pick<Plan, "fleet" | "prefix" | "runId">): boolean {
  return names.from === "pattern" && names.pattern.includes("{prefix}") && prefix === freshPrefix(runId);
}
