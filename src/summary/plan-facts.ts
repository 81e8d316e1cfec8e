import type { Plan } from "../model/plan.ts";
import type { Seq } from "../model/units.ts";

/** What a summary needs of a plan; a plan read back from its JSON, with its secrets redacted, has it all. */
export type RecordedPlan = Omit<Plan, "provisioning" | "admin"> & {
  readonly provisioning: Pick<Plan["provisioning"], "strategy">;
};

export interface PlanFacts {
  readonly plan: RecordedPlan;
  readonly planned: number;
  readonly generators: number;
  /** One past the highest seq. */
  readonly end: number;
  /** Index into plan.phases; -1 for a seq that is in none. */
  phaseOf(seq: Seq): number;
  /** How many devices generator `index` has to report. */
  shareOf(index: number): number;
}

/** `generators` is a number in every recorded plan; `fallback` is for one that still says "auto". */
export function planFacts(plan: RecordedPlan, fallback: number): PlanFacts {
  const generators = plan.generators === "auto" ? Math.max(1, fallback) : plan.generators;
  const ends = plan.phases.map((phase) => phase.firstSeq + phase.devices);
  return {
    plan,
    generators,
    planned: plan.phases.reduce((sum, phase) => sum + phase.devices, 0),
    end: Math.max(0, ...ends),
    phaseOf: (seq) => plan.phases.findIndex((phase) => seq >= phase.firstSeq && seq < phase.firstSeq + phase.devices),
    shareOf: (index) =>
      plan.phases.reduce((sum, { firstSeq, devices }) => {
        const before = (limit: number): number => Math.ceil((limit - index) / generators);
        return sum + before(firstSeq + devices) - before(firstSeq);
      }, 0),
  };
}
