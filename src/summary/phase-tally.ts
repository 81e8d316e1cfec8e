import type { Outcome } from "../model/outcome.ts";
import { type Us, us } from "../model/units.ts";
import { addHistogram, createHistogram, type Histogram, recordValue } from "../record/histograms.ts";
import { addConduct, type ConductTally, createConductTally, mergeConduct } from "./conduct.ts";
import { type LatencyTally, mergeLatencies, recordReading } from "./latency-tally.ts";
import { readingsOf } from "./metrics.ts";

/** First and last of some times; an empty span is Infinity to -Infinity. */
interface Span {
  first: number;
  last: number;
}

/** One phase's outcomes. Merging adds up; an empty one changes nothing. */
export interface PhaseTally {
  readonly counts: PhaseCounts;
  /** Of devices that misbehave on purpose. */
  readonly conduct: ConductTally;
  readonly intended: Span;
  readonly started: Span;
  readonly ended: Span;
  readonly latencies: LatencyTally;
  /** Started minus intended; undefined: nothing started. */
  lateness: Histogram | undefined;
  /** Round trips of provisioned good devices in the first and last third of the phase, by seq. */
  readonly thirds: { first: Histogram | undefined; last: Histogram | undefined };
}

export interface PhaseCounts {
  /** Arrivals that fell due: all but those dropped because the run was stopped. */
  due: number;
  started: number;
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
      due: 0,
      started: 0,
      provisioned: 0,
      rejected: 0,
      failed: 0,
      aborted: 0,
      droppedByCap: 0,
      droppedByStop: 0,
    },
    conduct: createConductTally(),
    intended: { first: Infinity, last: -Infinity },
    started: { first: Infinity, last: -Infinity },
    ended: { first: Infinity, last: -Infinity },
    latencies: new Map(),
    lateness: undefined,
    thirds: { first: undefined, last: undefined },
  };
}

/** `position`: where in its phase this device is, 0 to 1. `open`: the phase's arrivals have times of their own. */
export function addOutcome(tally: PhaseTally, outcome: Outcome, position: number, open: boolean): void {
  const { counts } = tally;
  const { result, intended, started, ended, marks } = outcome;
  if (result.state === "dropped" && result.reason === "interrupted") {
    counts.droppedByStop += 1;
    return;
  }
  counts.due += 1;
  extend(tally.intended, intended);
  extend(tally.ended, ended);
  if (result.state === "dropped") {
    counts.droppedByCap += 1;
    return;
  }
  counts.started += 1;
  counts[result.state] += 1;
  addConduct(tally.conduct, outcome);
  if (started !== undefined) {
    extend(tally.started, started);
    tally.lateness ??= createHistogram();
    recordValue(tally.lateness, us(started - intended));
  }
  for (const reading of readingsOf(outcome, open)) recordReading(tally.latencies, reading);
  const measured = result.state === "provisioned" && outcome.misbehaviour === undefined;
  if (measured && marks.sent !== undefined && marks.answered !== undefined) {
    addToThird(tally, us(marks.answered - marks.sent), position);
  }
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
  for (const key of ["intended", "started", "ended"] as const) {
    into[key].first = Math.min(into[key].first, from[key].first);
    into[key].last = Math.max(into[key].last, from[key].last);
  }
  mergeLatencies(into.latencies, from.latencies);
  into.lateness = sum(into.lateness, from.lateness);
  into.thirds.first = sum(into.thirds.first, from.thirds.first);
  into.thirds.last = sum(into.thirds.last, from.thirds.last);
}

/** Into the first, or into a new one: never a histogram that two tallies share. */
function sum(into: Histogram | undefined, from: Histogram | undefined): Histogram | undefined {
  if (from === undefined) return into;
  const result = into ?? createHistogram();
  addHistogram(result, from);
  return result;
}

function extend(span: Span, time: Us): void {
  if (time < span.first) span.first = time;
  if (time > span.last) span.last = time;
}

/** Length of a span; 0 if it is empty. */
export function lengthOf(span: Readonly<Span>): Us {
  return us(Math.max(0, span.last - span.first));
}
