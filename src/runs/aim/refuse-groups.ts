import { RollcallError } from "../../model/error.ts";
import type { Plan } from "../../model/plan.ts";

/** Throws RollcallError "groups" where a plan has groups and what is asked for does not know them: better than an answer about one of them. */
export function refuseGroups({ fleet }: Pick<Plan, "fleet">, what: string): void {
  if (fleet.groups === undefined) return;
  const names = fleet.groups.map(({ name }) => name).join(", ");
  throw new RollcallError(
    "groups",
    `${what} does not know of groups, and this fleet has some: ${names}.`,
    "It works with a scenario of one of them, without fleet.groups.",
  );
}
