import type { ThresholdPlan } from "../model/plan.ts";
import { quantityOf } from "./thresholds.ts";

/** What the generators tell while a run lasts; everything else is known at its end. */
const OF_A_PHASE = /^(?:failureRate|roundTrip\.(?:p50|p90|p95|p99|p99\.9|p999|timeouts))$/;
const OF_THE_RUN = /^(?:rejected|failed|dropped|refused|unreachable)$/;
const THOSE =
  "failureRate, roundTrip.p50 to roundTrip.p99.9, roundTrip.timeouts, rejected, failed, dropped, refused, unreachable";

/** Why a threshold cannot stop a run that is under way; undefined: it can. */
export function whyNoBrake({ left, operator, right }: ThresholdPlan): string | undefined {
  const { name, group } = quantityOf(left);
  if (group !== undefined) return `figures of a group are known at the end of the run: leave {group:${group}} out`;
  if (!OF_A_PHASE.test(name) && !OF_THE_RUN.test(name)) {
    return `${name} is not known while the run goes on; abort is for ${THOSE}`;
  }
  if (typeof right === "string")
    return `${right} changes while the run goes on: with abort, compare with a fixed figure`;
  const fromAbove = operator === "<" || operator === "<=" || (operator === "==" && right === 0);
  return fromAbove
    ? undefined
    : `with ${operator} it would be missed as soon as the run begins: with abort, use < or <=`;
}
