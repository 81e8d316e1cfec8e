import { attemptStart, type Outcome, type RollCallEntry, TIMEOUT_KINDS } from "../model/outcome.ts";
import type { Metric } from "../model/figures.ts";
import { type Us, us } from "../model/units.ts";

/** One value of one metric. "timeout" is a failure too, recorded at the time-out value. */
export interface Reading {
  readonly metric: Metric;
  readonly group: "success" | "failure" | "timeout";
  readonly value: Us;
  /** Less what the answer may have lain unread in the generator; absent: not known, or no answer ends this clock. */
  readonly atLeast?: Us;
}

/** Each metric's clock: where it starts and where it ends; undefined where the device did not get that far. */
const CLOCKS: readonly {
  readonly metric: Metric;
  readonly from: (outcome: Outcome) => Us | undefined;
  readonly to: (outcome: Outcome) => Us | undefined;
}[] = [
  { metric: "roundTrip", from: ({ marks }) => marks.sent, to: ({ marks }) => marks.answered },
  { metric: "responseTime", from: ({ intended }) => intended, to: ({ marks }) => marks.answered },
  { metric: "serviceTime", from: attemptStart, to: ({ marks }) => marks.answered },
  { metric: "connect", from: attemptStart, to: ({ marks }) => marks.connected },
  { metric: "accept", from: ({ marks }) => marks.connected, to: ({ marks }) => marks.accepted },
  { metric: "acknowledge", from: ({ marks }) => marks.sent, to: ({ marks }) => marks.acknowledged },
];

/**
 * What one outcome adds to the latencies. Of a failure whose clock started and never ended, the time it was waited
 * for. Nothing of what the user aborted, of what never started, and of devices that misbehave on purpose: they would
 * tell of themselves, not of the server. `open`: under closed load a response time does not exist. Of a device that tried again the
 * response time is from its arrival, the rest is of its last attempt.
 */
export function readingsOf(outcome: Outcome, open: boolean): readonly Reading[] {
  // An attempt that was to be followed by another has told its times already.
  const told = outcome.attempt?.cut !== undefined;
  return readingsWhere(outcome, (metric) => (metric === "responseTime" ? open : !told));
}

/** What an attempt adds after which its device is to try again: a time-out that is tried again is one all the same. */
export function attemptReadings(outcome: Outcome): readonly Reading[] {
  return readingsWhere(outcome, (metric) => metric !== "responseTime");
}

function readingsWhere(outcome: Outcome, wanted: (metric: Metric) => boolean): readonly Reading[] {
  const { result, misbehaviour, ended, unread } = outcome;
  if (result.state === "aborted" || result.state === "dropped" || misbehaviour !== undefined) return [];
  const readings: Reading[] = [];
  for (const { metric, from, to } of CLOCKS) {
    const start = from(outcome);
    if (start === undefined || !wanted(metric)) continue;
    const end = to(outcome);
    if (end !== undefined) {
      const value = us(end - start);
      const group = result.state === "provisioned" ? "success" : "failure";
      const known = unread !== undefined && end === outcome.marks.answered;
      readings.push({ metric, group, value, ...(known ? { atLeast: us(Math.max(0, value - unread)) } : {}) });
    } else if (result.state === "failed") {
      const group = TIMEOUT_KINDS.includes(result.kind) ? "timeout" : "failure";
      readings.push({ metric, group, value: us(ended - start) });
    }
  }
  return readings;
}

/** The login's own reading; undefined for a device that was not called. */
export function loginReading({ started, marks, ended, verdict }: RollCallEntry): Reading | undefined {
  const value = us((marks.admitted ?? ended) - started);
  switch (verdict.state) {
    case "connected":
    case "mute":
      return { metric: "login", group: "success", value };
    case "refused":
      return { metric: "login", group: "failure", value };
    case "unreachable":
      return { metric: "login", group: TIMEOUT_KINDS.includes(verdict.kind) ? "timeout" : "failure", value };
    case "uncalled":
      return undefined;
  }
}
