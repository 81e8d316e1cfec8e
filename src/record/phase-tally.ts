import type { Entry } from "../model/entry.ts";
import { TIMEOUT_KINDS } from "../model/outcome.ts";
import type { PhaseSnapshot } from "../model/snapshot.ts";
import { us } from "../model/units.ts";
import { createHistogram, encodeHistogram, type Histogram, recordValue, resetHistogram } from "./histograms.ts";

/** What thresholds that may stop a run are judged by while it lasts, phase by phase. */
export interface PhaseTally {
  add(entry: Entry): void;
  take(): readonly PhaseSnapshot[];
}

interface Counted {
  ended: number;
  failures: number;
  timeouts: number;
  readonly roundTrips: Histogram;
}

/** Devices that misbehave on purpose tell of themselves, and are left out; so is what a stop took away. */
export function createPhaseTally(): PhaseTally {
  const phases = new Map<number, Counted>();

  function countedOf(phase: number): Counted {
    const known = phases.get(phase);
    if (known !== undefined) return known;
    const fresh = { ended: 0, failures: 0, timeouts: 0, roundTrips: createHistogram() };
    phases.set(phase, fresh);
    return fresh;
  }

  return {
    add(entry) {
      if ((entry.kind !== "outcome" && entry.kind !== "attempt") || entry.outcome.misbehaviour !== undefined) return;
      const { result, marks, ended, phase, attempt } = entry.outcome;
      if (result.state === "aborted" || (result.state === "dropped" && result.reason === "interrupted")) return;
      const counted = countedOf(phase);
      if (entry.kind === "outcome") {
        counted.ended += 1;
        if (result.state !== "provisioned") counted.failures += 1;
      }
      // An attempt that was to be followed by another has been counted.
      if (marks.sent === undefined || attempt?.cut !== undefined) return;
      if (result.state === "provisioned" && marks.answered !== undefined) {
        recordValue(counted.roundTrips, us(marks.answered - marks.sent));
      } else if (result.state === "failed" && TIMEOUT_KINDS.includes(result.kind)) {
        counted.timeouts += 1;
        recordValue(counted.roundTrips, us(ended - marks.sent));
      }
    },
    take: () =>
      [...phases].map(([phase, { ended, failures, timeouts, roundTrips }]) => {
        const taken = roundTrips.count === 0 ? undefined : encodeHistogram(roundTrips);
        if (roundTrips.count > 0) resetHistogram(roundTrips);
        return { phase, ended, failures, timeouts, roundTrips: taken };
      }),
  };
}
