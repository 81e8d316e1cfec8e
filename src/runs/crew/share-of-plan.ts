import type { Phase, Plan } from "../../model/plan.ts";

/** A plan as large as the part of it that `own` of `of` generators have: for asking what that part takes of a machine. */
export function shareOfPlan(plan: Plan, { own, of }: { readonly own: number; readonly of: number }): Plan {
  const part = (whole: number): number => Math.ceil((whole * own) / of);
  return {
    ...plan,
    maxInFlight: part(plan.maxInFlight),
    background: plan.background && { ...plan.background, devices: part(plan.background.devices) },
    rollCall: { ...plan.rollCall, concurrency: part(plan.rollCall.concurrency) },
    phases: plan.phases.map((phase): Phase => ({
      ...phase,
      devices: part(phase.devices),
      shape:
        phase.shape.kind === "closed" ? { ...phase.shape, concurrency: part(phase.shape.concurrency) } : phase.shape,
    })),
  };
}
