import type { Timeline, TimelineSpan } from "../model/timeline.ts";
import { secondsFromUs } from "../model/units.ts";

/** How a target kept up with one phase of an open load; all figures a second. */
export type Pace =
  /** Too little to tell. */
  | { readonly kind: "unknown" }
  | { readonly kind: "closed"; readonly answered: number }
  | { readonly kind: "kept-up"; readonly planned: number; readonly most: number }
  /** `at`: what was planned when it fell behind; `answered`: from then on. */
  | { readonly kind: "saturated"; readonly at: number; readonly answered: number; readonly rising: boolean };

/** A target that answers 97 % keeps up: the same share as in a search. */
const BEHIND = 0.03;
/** Chance makes the arrivals and answers of a moment differ by the root of their number. */
const SPREADS = 5;
/** A load whose highest rate is more than this above its lowest changes by plan. */
const RISING = 1.2;

/**
 * Compares what was asked for, as much earlier as an answer took at the beginning of the phase, with what was answered: the
 * difference stays small while the target keeps up, however slow it is, and grows when it does not.
 */
export function paceOf(timeline: Timeline, span: TimelineSpan): Pace {
  const { step, counts } = timeline;
  const [first, end] = ownWindows(timeline, span);
  const planned = counts.planned.slice(first, end);
  const answered = planned.map(
    (_, index) =>
      (counts.provisioned[first + index] ?? 0) +
      (counts.rejected[first + index] ?? 0) +
      (counts.failed[first + index] ?? 0) -
      (counts.timeouts[first + index] ?? 0),
  );
  const total = sum(answered);
  if (!span.open) {
    const seconds = span.to - span.from;
    return seconds <= 0 || total === 0 ? { kind: "unknown" } : { kind: "closed", answered: total / seconds };
  }
  const lastArrival = planned.findLastIndex((count) => count > 0);
  if (lastArrival < 4) return { kind: "unknown" };
  const delay = firstRoundTrip(timeline, span.phase) / step;
  const asked = cumulative(planned);
  const done = cumulative(answered);
  const behind = Array.from({ length: lastArrival }, (_, index) => valueAt(asked, index - delay) - (done[index] ?? 0));
  const most = asked[lastArrival] ?? 0;
  const finally_ = behind.at(-1) ?? 0;
  // The window in which the load ends is not whole.
  const rates = planned.slice(0, lastArrival).map((count) => count / step);
  const highest = Math.max(...smoothed(rates));
  const lowest = Math.min(...smoothed(rates));
  if (finally_ <= Math.max(BEHIND * most, SPREADS * Math.sqrt(most))) {
    return { kind: "kept-up", planned: sum(rates) / Math.max(1, rates.length), most: highest };
  }
  // What is under way at any time varies by chance too.
  const usual = (index: number): number => 3 + 3 * Math.sqrt((rates[index] ?? 0) * delay * step);
  const broke = behind.findLastIndex((value, index) => value <= usual(index));
  const since = Math.max(0, broke);
  const seconds = (lastArrival - 1 - since) * step;
  return {
    kind: "saturated",
    at: smoothed(rates)[since] ?? 0,
    answered: seconds <= 0 ? 0 : ((done[lastArrival - 1] ?? 0) - (done[since] ?? 0)) / seconds,
    rising: highest > RISING * Math.max(lowest, 1e-9),
  };
}

/** From the first up to the one after the last window that has nothing of another phase in it: two may meet within a second. */
function ownWindows(
  { from, step, counts, spans }: Timeline,
  span: TimelineSpan,
): readonly [first: number, end: number] {
  const first = Math.max(0, Math.floor((span.from - from) / step));
  const last = Math.min(counts.planned.length - 1, Math.floor((span.to - from) / step));
  const others = spans.filter((other) => other.kind === "phase" && other.phase !== span.phase);
  const isShared = (window: number): boolean =>
    others.some((other) => other.from < from + (window + 1) * step && other.to >= from + window * step);
  return [isShared(first) ? first + 1 : first, isShared(last) ? last : last + 1];
}

function firstRoundTrip({ roundTrips }: Timeline, phase: number): number {
  const first = roundTrips.find((window) => window.phase === phase);
  return first?.p50 === undefined || first.p50 === null ? 0 : secondsFromUs(first.p50);
}

function cumulative(values: readonly number[]): readonly number[] {
  let total = 0;
  return values.map((value) => (total += value));
}

/** Between two windows as much as is between them; before the first nothing. */
function valueAt(values: readonly number[], index: number): number {
  if (index < 0) return Math.max(0, (values[0] ?? 0) * (1 + index));
  const below = Math.floor(index);
  const [low, high] = [values[below] ?? 0, values[below + 1] ?? values[below] ?? 0];
  return low + (high - low) * (index - below);
}

/** Over five windows, or as many as there are around. */
function smoothed(values: readonly number[]): readonly number[] {
  return values.map((_, index) => {
    const around = values.slice(Math.max(0, index - 2), index + 3);
    return sum(around) / around.length;
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
