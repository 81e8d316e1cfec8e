import type { BrakeRecord } from "../model/brake-record.ts";
import type { Plan, ThresholdPlan } from "../model/plan.ts";
import type { PhaseSnapshot, Snapshot } from "../model/snapshot.ts";
import { type Us, us } from "../model/units.ts";
import { addHistogram, createHistogram, decodeHistogram, type Histogram } from "../record/histograms.ts";
import { quantileOf } from "./quantile-of.ts";
import type { Measured } from "./measured.ts";
import { quantilesByName } from "./quantities.ts";
import { judge } from "./thresholds.ts";

/** Judges, while a run lasts, the thresholds that may stop it. */
export interface Brake {
  add(snapshot: Snapshot): void;
  /** The first threshold that is missed now; undefined: none, or too little has ended to tell. */
  check(): BrakeRecord | undefined;
}

interface Latest {
  readonly snapshot: Snapshot;
  readonly phases: ReadonlyMap<number, PhaseSnapshot>;
}

/**
 * By what the generators have told up to now: the share of failures is of the devices that have ended, for those in flight may
 * still succeed; a percentile has a value from as many samples on as a report needs.
 */
export function createBrake(plan: Plan): Brake {
  const brakes = plan.thresholds.filter(({ abort }) => abort !== undefined);
  const latest = new Map<number, Latest>();
  const roundTrips = new Map<number, Histogram>();

  function measure(name: string): Measured | undefined {
    const colon = name.lastIndexOf(":");
    const quantity = name.slice(colon + 1);
    const indices = plan.phases.flatMap((phase, index) =>
      (colon < 0 ? !phase.warmup : phase.name === name.slice(0, colon)) ? [index] : [],
    );
    const counts = [...latest.values()].flatMap(({ phases }) => indices.flatMap((index) => phases.get(index) ?? []));
    const sum = (of: (counted: PhaseSnapshot) => number): number => counts.reduce((all, each) => all + of(each), 0);
    const total = (of: (snapshot: Snapshot) => number): Measured => ({
      value: [...latest.values()].reduce((all, { snapshot }) => all + of(snapshot), 0),
      unit: "count",
    });
    switch (quantity) {
      case "failureRate": {
        const ended = sum((each) => each.ended);
        return { value: ended === 0 ? null : sum((each) => each.failures) / ended, unit: "ratio" };
      }
      case "roundTrip.timeouts":
        return { value: sum((each) => each.timeouts), unit: "count" };
      case "rejected":
      case "failed":
      case "dropped":
        return total(({ outcomes }) => outcomes[quantity]);
      case "refused":
      case "unreachable":
        return total(({ verdicts }) => verdicts[quantity]);
      default: {
        const q = quantilesByName.get(quantity.replace(/^roundTrip\./, ""));
        return q === undefined ? undefined : { value: quantileAmong(indices, q), unit: "us" };
      }
    }
  }

  function quantileAmong(indices: readonly number[], q: number): Us | null {
    const all = createHistogram();
    for (const index of indices) {
      const own = roundTrips.get(index);
      if (own !== undefined) addHistogram(all, own);
    }
    return quantileOf(all, q);
  }

  function tripped(threshold: ThresholdPlan, at: Us): BrakeRecord | undefined {
    if (threshold.abort === undefined || at < threshold.abort.delay) return undefined;
    const { text, passed, measured, limit, unit } = judge(threshold, measure);
    if (passed || measured === null || limit === null) return undefined;
    return { threshold: text, at, measured, limit, unit };
  }

  return {
    add(snapshot) {
      const phases = new Map((snapshot.byPhase ?? []).map((counted) => [counted.phase, counted]));
      latest.set(snapshot.generator, { snapshot, phases });
      for (const { phase, roundTrips: own } of phases.values()) {
        if (own === undefined) continue;
        const known = roundTrips.get(phase) ?? createHistogram();
        addHistogram(known, decodeHistogram(own));
        roundTrips.set(phase, known);
      }
    },
    check() {
      const at = us(Math.max(0, ...[...latest.values()].map(({ snapshot }) => snapshot.at)));
      for (const threshold of brakes) {
        const record = tripped(threshold, at);
        if (record !== undefined) return record;
      }
      return undefined;
    },
  };
}
