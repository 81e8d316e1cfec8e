import type { Outcome } from "../model/outcome.ts";
import { type Us, us } from "../model/units.ts";
import { createHistogram, type Histogram, recordValue } from "../record/histograms.ts";
import {
  addArrival,
  type Arrivals,
  createArrivals,
  emptySpan,
  extend,
  mergeArrivals,
  mergeSpan,
  type Span,
  sumOf,
} from "./arrivals.ts";
import { addConduct, type ConductTally, createConductTally, mergeConduct } from "./conduct.ts";
import { type LatencyTally, mergeLatencies } from "./latency-tally.ts";
import { recordAttempt, recordOutcome } from "./outcome-readings.ts";

/** One phase's outcomes. Merging adds up; an empty one changes nothing. */
export interface PhaseTally {
  readonly counts: PhaseCounts;
  /** Counts of the devices that misbehave on purpose. */
  readonly conduct: ConductTally;
  readonly arrivals: Arrivals;
  readonly ended: Span;
  readonly latencies: LatencyTally;
  /** Round trips of provisioned good devices in the first and last third of the phase, by seq. */
  readonly thirds: { first: Histogram | undefined; last: Histogram | undefined };
}

export interface PhaseCounts {
  provisioned: number;
  rejected: number;
  failed: number;
  aborted: number;
  droppedByCap: number;
  droppedByStop: number;
}

export function createPhaseTally(): PhaseTally {
  return {
    counts: {
      provisioned: 0,
      rejected: 0,
      failed: 0,
      aborted: 0,
      droppedByCap: 0,
      droppedByStop: 0,
    },
    conduct: createConductTally(),
    arrivals: createArrivals(),
    ended: emptySpan(),
    latencies: new Map(),
    thirds: { first: undefined, last: undefined },
  };
}

/** `position`: where in its phase this device is, 0 to 1. `open`: the phase's arrivals have times of their own. */
export function addOutcome(tally: PhaseTally, outcome: Outcome, position: number, open: boolean): void {
  const { counts } = tally;
  const { result, ended, marks } = outcome;
  if (!isDue(outcome)) {
    counts.droppedByStop += 1;
    return;
  }
  addArrival(tally.arrivals, outcome);
  extend(tally.ended, ended);
  if (result.state === "dropped") {
    counts.droppedByCap += 1;
    return;
  }
  counts[result.state] += 1;
  addConduct(tally.conduct, outcome);
  recordOutcome(tally.latencies, outcome, open);
  const measured = result.state === "provisioned" && outcome.misbehaviour === undefined;
  if (measured && marks.sent !== undefined && marks.answered !== undefined) {
    addToThird(tally, us(marks.answered - marks.sent), position);
  }
}

/** An attempt after which its device is to try again. */
export function addAttempt(tally: PhaseTally, outcome: Outcome): void {
  recordAttempt(tally.latencies, outcome);
}

/** All but those dropped because the run was stopped. */
export function isDue({ result }: Outcome): boolean {
  return result.state !== "dropped" || result.reason !== "interrupted";
}

function addToThird({ thirds }: PhaseTally, roundTrip: Us, position: number): void {
  const which = position < 1 / 3 ? "first" : position >= 2 / 3 ? "last" : undefined;
  if (which === undefined) return;
  thirds[which] ??= createHistogram();
  recordValue(thirds[which], roundTrip);
}

export function mergePhase(into: PhaseTally, from: PhaseTally): void {
  for (const key of Object.keys(into.counts) as (keyof PhaseCounts)[]) into.counts[key] += from.counts[key];
  mergeConduct(into.conduct, from.conduct);
  mergeArrivals(into.arrivals, from.arrivals);
  mergeSpan(into.ended, from.ended);
  mergeLatencies(into.latencies, from.latencies);
  into.thirds.first = sumOf(into.thirds.first, from.thirds.first);
  into.thirds.last = sumOf(into.thirds.last, from.thirds.last);
}
