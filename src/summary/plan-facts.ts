import { devicesOf } from "../model/devices-of.ts";
import { createGroupOf } from "../model/group-of.ts";
import type { RecordedPlan } from "../model/plan.ts";
import type { ServerRecord } from "../model/server-record.ts";
import type { Seq } from "../model/units.ts";
import { phaseOf } from "../record/standings.ts";

/** What a summary needs of a plan. */
export interface PlanFacts {
  readonly plan: RecordedPlan;
  /** At most, where a phase ends by time. */
  readonly planned: number;
  readonly generators: number;
  /** Names of devices that the server has and nobody was told of; absent: nobody asked it. */
  readonly ghosts?: ReadonlySet<string>;
  /** Index into the fleet's groups; undefined: it has none. */
  groupOf(seq: Seq): number | undefined;
  /** Index into plan.phases; -1 for a seq that is in none. */
  phaseOf(seq: Seq): number;
}

/** `generators` is a number in every recorded plan; `fallback` is for one that still says "auto". */
export function planFacts(plan: RecordedPlan, fallback: number, server?: ServerRecord): PlanFacts {
  const generators = plan.generators === "auto" ? Math.max(1, fallback) : plan.generators;
  const shares = { phases: plan.phases, generators };
  const ghosts = server?.reconciliation?.ghosts;
  return {
    plan,
    generators,
    ...(ghosts === undefined ? {} : { ghosts: new Set(ghosts) }),
    planned: devicesOf(plan),
    groupOf: createGroupOf(plan.fleet),
    phaseOf: (seq) => phaseOf(shares, seq),
  };
}
