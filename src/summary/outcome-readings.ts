import { attemptStart, type Outcome, TIMEOUT_KINDS } from "../model/outcome.ts";
import type { Metric } from "../model/figures.ts";
import { type Us, us } from "../model/units.ts";
import { type LatencyTally, recordTime } from "./latency-tally.ts";

/**
 * What one outcome adds to the latencies. Of a failure whose clock started and never ended, the time it was waited
 * for. Nothing of what the user aborted, of what never started, and of devices that misbehave on purpose: they would
 * tell of themselves, not of the server. `open`: under closed load a response time does not exist. Of a device that tried again the
 * response time is from its arrival, the rest is of its last attempt.
 */
export function recordOutcome(into: LatencyTally, outcome: Outcome, open: boolean): void {
  if (!hasTimes(outcome)) return;
  if (open) recordClock(into, "responseTime", outcome, outcome.intended, outcome.marks.answered);
  // An attempt that was to be followed by another has told its times already.
  if (outcome.attempt?.cut === undefined) recordOwnClocks(into, outcome);
}

/** What an attempt adds after which its device is to try again: a time-out that is tried again is one all the same. */
export function recordAttempt(into: LatencyTally, outcome: Outcome): void {
  if (hasTimes(outcome)) recordOwnClocks(into, outcome);
}

function hasTimes({ result, misbehaviour }: Outcome): boolean {
  return result.state !== "aborted" && result.state !== "dropped" && misbehaviour === undefined;
}

/** Each metric's clock: where it starts and where it ends. */
function recordOwnClocks(into: LatencyTally, outcome: Outcome): void {
  const { connected, accepted, sent, acknowledged, answered } = outcome.marks;
  const started = attemptStart(outcome);
  recordClock(into, "roundTrip", outcome, sent, answered);
  recordClock(into, "serviceTime", outcome, started, answered);
  recordClock(into, "connect", outcome, started, connected);
  recordClock(into, "accept", outcome, connected, accepted);
  recordClock(into, "acknowledge", outcome, sent, acknowledged);
}

/** Undefined: the device did not get that far. */
function recordClock(
  into: LatencyTally,
  metric: Metric,
  { result, marks, unread, ended }: Outcome,
  start: Us | undefined,
  end: Us | undefined,
): void {
  if (start === undefined) return;
  if (end !== undefined) {
    const value = us(end - start);
    const atLeast = unread !== undefined && end === marks.answered ? us(Math.max(0, value - unread)) : undefined;
    recordTime(into, metric, result.state === "provisioned" ? "success" : "failure", value, atLeast);
  } else if (result.state === "failed") {
    recordTime(into, metric, TIMEOUT_KINDS.includes(result.kind) ? "timeout" : "failure", us(ended - start));
  }
}
