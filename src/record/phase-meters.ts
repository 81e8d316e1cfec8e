import { METER_BOUNDS, type PhaseMeter } from "../model/device-meters.ts";
import type { Outcome, Result } from "../model/outcome.ts";
import { secondsFromUs, type Us, us } from "../model/units.ts";

/** Counts for metrics, by phase. */
export interface PhaseMeters {
  add(outcome: Outcome): void;
  read(): readonly PhaseMeter[];
}

interface Counting {
  readonly outcomes: Map<string, { readonly state: Result["state"]; readonly kind: string; count: number }>;
  readonly roundTrip: Time;
  readonly responseTime: Time;
}

interface Time {
  readonly counts: number[];
  sum: number;
}

/** `isOpen`: whether the arrivals of a phase have times of their own. */
export function createPhaseMeters(isOpen: (phase: number) => boolean): PhaseMeters {
  const phases = new Map<number, Counting>();

  return {
    add({ phase, result, intended, marks: { sent, answered } }) {
      const counting = countingIn(phases, phase);
      const kind = kindOf(result);
      const key = `${result.state} ${kind}`;
      const found = counting.outcomes.get(key);
      if (found === undefined) counting.outcomes.set(key, { state: result.state, kind, count: 1 });
      else found.count += 1;
      if (result.state !== "provisioned" || sent === undefined || answered === undefined) return;
      addTime(counting.roundTrip, us(answered - sent));
      if (isOpen(phase)) addTime(counting.responseTime, us(answered - intended));
    },
    read: () =>
      [...phases].map(([phase, { outcomes, roundTrip, responseTime }]) => ({
        phase,
        outcomes: [...outcomes.values()].map((each) => ({ ...each })),
        roundTrip: { counts: [...roundTrip.counts], sum: roundTrip.sum },
        responseTime: { counts: [...responseTime.counts], sum: responseTime.sum },
      })),
  };
}

function countingIn(phases: Map<number, Counting>, phase: number): Counting {
  let found = phases.get(phase);
  if (found === undefined) {
    found = { outcomes: new Map(), roundTrip: noTime(), responseTime: noTime() };
    phases.set(phase, found);
  }
  return found;
}

const noTime = (): Time => ({ counts: Array.from({ length: METER_BOUNDS.length + 1 }, () => 0), sum: 0 });

function addTime(into: Time, time: Us): void {
  const seconds = secondsFromUs(time);
  const bucket = METER_BOUNDS.findIndex((bound) => seconds <= bound);
  const place = bucket < 0 ? METER_BOUNDS.length : bucket;
  into.counts[place] = (into.counts[place] ?? 0) + 1;
  into.sum += seconds;
}

function kindOf(result: Result): string {
  switch (result.state) {
    case "failed":
      return result.kind;
    case "rejected":
      return result.status;
    case "dropped":
      return result.reason;
    case "provisioned":
    case "aborted":
      return "";
  }
}
