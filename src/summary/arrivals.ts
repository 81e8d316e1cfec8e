import type { Outcome } from "../model/outcome.ts";
import { type Us, us } from "../model/units.ts";
import { addHistogram, createHistogram, type Histogram, recordValue } from "../record/histograms.ts";

/** First and last of some times; an empty span is Infinity to -Infinity. */
export interface Span {
  first: number;
  last: number;
}

/** When the devices of a phase were to start and when they did: those of the whole run, or of one generator. */
export interface Arrivals {
  /** All but those dropped because the run was stopped. */
  due: number;
  started: number;
  /** Intended times of those that were due. */
  readonly intended: Span;
  readonly starts: Span;
  /** Started minus intended; undefined: nothing started. */
  lateness: Histogram | undefined;
}

export function createArrivals(): Arrivals {
  return { due: 0, started: 0, intended: emptySpan(), starts: emptySpan(), lateness: undefined };
}

/** `outcome`: of one that was due. */
export function addArrival(arrivals: Arrivals, { result, intended, started }: Outcome): void {
  arrivals.due += 1;
  extend(arrivals.intended, intended);
  if (result.state === "dropped") return;
  arrivals.started += 1;
  if (started === undefined) return;
  extend(arrivals.starts, started);
  arrivals.lateness ??= createHistogram();
  recordValue(arrivals.lateness, us(started - intended));
}

export function mergeArrivals(into: Arrivals, from: Arrivals): void {
  into.due += from.due;
  into.started += from.started;
  mergeSpan(into.intended, from.intended);
  mergeSpan(into.starts, from.starts);
  into.lateness = sumOf(into.lateness, from.lateness);
}

export function emptySpan(): Span {
  return { first: Infinity, last: -Infinity };
}

export function extend(span: Span, time: Us): void {
  if (time < span.first) span.first = time;
  if (time > span.last) span.last = time;
}

export function mergeSpan(into: Span, from: Readonly<Span>): void {
  into.first = Math.min(into.first, from.first);
  into.last = Math.max(into.last, from.last);
}

/** Length of a span; 0 if it is empty. */
export function lengthOf(span: Readonly<Span>): Us {
  return us(Math.max(0, span.last - span.first));
}

/** Into the first, or into a new one: never a histogram that two tallies share. */
export function sumOf(into: Histogram | undefined, from: Histogram | undefined): Histogram | undefined {
  if (from === undefined) return into;
  const result = into ?? createHistogram();
  addHistogram(result, from);
  return result;
}
