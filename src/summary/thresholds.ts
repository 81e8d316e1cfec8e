import type { BrakeRecord } from "../model/brake-record.ts";
import type { ThresholdPlan } from "../model/plan.ts";
import type { ThresholdResult } from "../model/summary.ts";
import type { Measured } from "./measured.ts";

/** `measure` as in quantities.ts. A quantity that does not exist misses its threshold: silence is no pass. */
export function judge(
  { text, left, operator, right }: ThresholdPlan,
  measure: (name: string) => Measured | undefined,
): ThresholdResult {
  const quantity = measure(left);
  const measured = quantity?.value ?? null;
  const limit = typeof right === "number" ? right : (measure(right)?.value ?? null);
  const known = measured !== null && limit !== null;
  const why = quantity?.why;
  const undecided = quantity?.open === true && !(known && isSettled(measured, operator, limit));
  const passed = known && !undecided && holds(measured, operator, limit);
  const atLeast = quantity?.atLeast ?? null;
  const perhapsOurs = known && !passed && !undecided && atLeast !== null && holds(atLeast, operator, limit);
  return {
    text,
    passed,
    ...(perhapsOurs ? { perhapsOurs } : {}),
    measured,
    limit,
    margin: known && !undecided ? marginOf(measured, operator, limit) : null,
    ...(undecided ? { undecided } : {}),
    ...(why !== undefined && (undecided || measured === null) ? { why } : {}),
    unit: quantity?.unit ?? "count",
  };
}

/** What stopped a run was missed then, whatever became of it while the run came to its end. */
export function withStop(result: ThresholdResult, stop: BrakeRecord | undefined): ThresholdResult {
  if (stop === undefined || stop.threshold !== result.text || !result.passed) return result;
  const { measured, limit, unit } = stop;
  return { text: result.text, passed: false, measured, limit, margin: null, unit };
}

/** What may only grow has missed an upper limit, or met a lower one, for good. */
function isSettled(measured: number, operator: ThresholdPlan["operator"], limit: number): boolean {
  const isLower = operator === ">" || operator === ">=";
  return isLower ? holds(measured, operator, limit) : !(measured <= limit);
}

function holds(left: number, operator: ThresholdPlan["operator"], right: number): boolean {
  switch (operator) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "==":
      return left === right;
    case "!=":
      return left !== right;
  }
}

/** How far inside the limit, as a share of it; negative outside. */
function marginOf(measured: number, operator: ThresholdPlan["operator"], limit: number): number | null {
  if (limit === 0) return null;
  switch (operator) {
    case "<":
    case "<=":
      return (limit - measured) / limit;
    case ">":
    case ">=":
      return (measured - limit) / limit;
    case "==":
      return measured === limit ? 0 : -Math.abs(measured - limit) / limit;
    case "!=":
      return null;
  }
}
