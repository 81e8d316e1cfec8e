import { endsByTime } from "../model/devices-of.ts";
import { calledIn } from "../model/outcome.ts";
import type { LiveFigures } from "../model/live.ts";
import type { Plan } from "../model/plan.ts";
import type { RunStage } from "../model/snapshot.ts";
import { type Us, us, usFromSeconds } from "../model/units.ts";

/** Before this much of a stage has passed, its pace is not known. */
const SETTLING = usFromSeconds(2);

type Now = Pick<LiveFigures, "at" | "stage" | "outcomes" | "verdicts">;

/** Estimates when the current stage ends, from what is left of it and its pace up to now. */
export interface StageTimer {
  /** Null: not known. To be asked about once a second, as it notes when a stage begins. `tempo`: how fast open load passes. */
  remaining(now: Now, tempo?: number): Us | null;
}

export function createStageTimer(plan: Plan): StageTimer {
  let current: { readonly key: string; readonly since: Us; readonly doneBefore: number } | undefined;

  return {
    remaining(now, tempo = 1) {
      const { at, stage } = now;
      const key = stage.kind === "load" ? `load ${stage.phase}` : stage.kind;
      const done = doneIn(now);
      if (current?.key !== key) current = { key, since: at, doneBefore: done };
      const elapsed = at - current.since;
      if (stage.kind === "hold") return us(Math.max(0, plan.rollCall.hold - elapsed));
      const timed = stage.kind === "load" ? endOf(plan, stage.phase) : undefined;
      if (timed !== undefined) return us(Math.max(0, timed - elapsed));
      const left = leftOf(plan, now, done, current.doneBefore);
      if (left === undefined) return null;
      const exact = paceOf(plan, stage);
      if (exact !== undefined) return usFromSeconds(left / (stage.kind === "load" ? exact * tempo : exact));
      const progress = done - current.doneBefore;
      return elapsed < SETTLING || progress <= 0 ? null : us(Math.round((elapsed * left) / progress));
    },
  };
}

/** Devices of this stage and those before that have ended. */
function doneIn({ stage, outcomes, verdicts }: Now): number {
  switch (stage.kind) {
    case "load":
      return Object.values(outcomes).reduce((sum, count) => sum + count, 0);
    case "roll-call":
      return calledIn(verdicts);
    case "waiting":
    case "hold":
    case "before":
    case "after":
    case "done":
      return 0;
  }
}

/** How long a phase lasts that ends by time. */
function endOf({ phases }: Plan, index: number): Us | undefined {
  const phase = phases[index];
  return phase !== undefined && endsByTime(phase) ? phase.shape.duration : undefined;
}

function leftOf(plan: Plan, { stage, outcomes }: Now, done: number, doneBefore: number): number | undefined {
  switch (stage.kind) {
    case "load": {
      // Of a phase before that ended by time only its ceiling is known.
      if (plan.phases.slice(0, stage.phase).some(endsByTime))
        return Math.max(0, (plan.phases[stage.phase]?.devices ?? 0) - (done - doneBefore));
      const through = plan.phases.slice(0, stage.phase + 1).reduce((sum, phase) => sum + phase.devices, 0);
      return Math.max(0, through - done);
    }
    case "roll-call":
      return Math.max(0, outcomes.provisioned - done);
    case "waiting":
    case "hold":
    case "before":
    case "after":
    case "done":
      return undefined;
  }
}

/** Devices a second where the plan itself says it. */
function paceOf({ phases, rollCall }: Plan, stage: RunStage): number | undefined {
  if (stage.kind === "roll-call") return rollCall.rate;
  const shape = stage.kind === "load" ? phases[stage.phase]?.shape : undefined;
  return shape?.kind === "constant" || shape?.kind === "poisson" ? shape.rate : undefined;
}
