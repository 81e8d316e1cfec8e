import { arrangeNames } from "../model/arrange-names.ts";
import type { FleetGroup } from "../model/plan.ts";
import { quantity } from "../writing/notation.ts";
import type { Problem } from "./problem.ts";
import type { Scenario } from "./schema.ts";

/** A device that an earlier run provisioned. */
export interface RosterName {
  readonly name: string;
  /** Name of its group; undefined: that run had no groups. */
  readonly group: string | undefined;
}

/** Throws an Error that says what is wrong. */
export type ReadRosterNames = (reference: string) => readonly RosterName[];

/**
 * Names of an earlier run in the order in which a fleet with groups takes them: each comes to a device of the group that it was of.
 * Names from elsewhere stay as they are. Mistakes go to `problems`.
 */
export function arrangeRoster(
  { names: from, groups: written = [], seed }: Scenario["fleet"],
  groups: readonly FleetGroup[] | undefined,
  names: readonly string[] | undefined,
  readRoster: ReadRosterNames,
  problems: Problem[],
): readonly string[] | undefined {
  // A roster that cannot be read, or has none, is told already.
  if (groups === undefined || names === undefined || names.length === 0) return names;
  if (typeof from !== "object" || !("roster" in from)) return names;
  const { roster } = from;
  const refuse = (fix: string): readonly string[] => {
    problems.push({ path: ["fleet", "names", "roster"], value: roster, fix, judgedBy: ["load"] });
    return names;
  };
  const groupOf = new Map(readRoster(roster).map(({ name, group }) => [name, group]));
  if ([...groupOf.values()].every((group) => group === undefined)) {
    // All devices are then of the one profile that the groups have in common.
    if (written.every(({ provisioning }) => provisioning.key === undefined)) return names;
    return refuse("that run had no groups, and nobody knows which of these each device is of: leave fleet.groups out");
  }
  const byGroup = groups.map(({ name }) => [...groupOf].filter(([, group]) => group === name).map(([each]) => each));
  const short = groups.flatMap(({ name, count }, index) => {
    const there = byGroup[index]?.length ?? 0;
    return there < count ? [`${quantity(there, "device")} of ${name}, and ${count} are asked for`] : [];
  });
  if (short.length > 0) return refuse(`that run provisioned ${short.join("; ")}: give each group a count that it has`);
  return arrangeNames(
    { groups, seed },
    groups.map(({ count }, index) => byGroup[index]?.slice(0, count) ?? []),
  );
}
