import type { OutcomeState } from "./outcome.ts";

/** What a generator tells of each phase where metrics are asked for. Totals since its start: a lost one takes nothing away. */
export interface PhaseMeter {
  /** Index into plan.phases. */
  readonly phase: number;
  readonly outcomes: readonly OutcomeCount[];
  /** Of provisioned devices, request sent to answer read. */
  readonly roundTrip: TimeMeter;
  /** Of provisioned devices, intended to answer read; empty under closed load. */
  readonly responseTime: TimeMeter;
}

export interface OutcomeCount {
  readonly state: OutcomeState;
  /** Kind of a failure, status of a rejection, reason of a drop; "" where there is one kind only. */
  readonly kind: string;
  readonly count: number;
}

/** A histogram with the bounds below. */
export interface TimeMeter {
  /** One more than there are bounds: the last is for what is above all. */
  readonly counts: readonly number[];
  /** Seconds. */
  readonly sum: number;
}

/** Upper bounds in seconds, inclusive: a millisecond to a minute, each at most twice and a half the one before. */
export const METER_BOUNDS = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 30,
  60,
] as const;
