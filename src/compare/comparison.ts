import type { Floor } from "../model/calibration.ts";
import type { Shift } from "./hodges-lehmann.ts";

/** What two sets of runs say about each other. JSON-safe; shares are of the base's median unless `absolute`. */
export interface Comparison {
  readonly version: 1;
  readonly base: SideFacts;
  readonly candidate: SideFacts;
  readonly policy: Policy;
  readonly metrics: readonly MetricComparison[];
  readonly warnings: readonly string[];
  /** The worst of the metrics' verdicts: a regression anywhere is a regression. */
  readonly verdict: ComparisonVerdict;
}

export interface SideFacts {
  readonly runs: readonly string[];
  readonly target: string;
  readonly planHash: string;
}

export interface Policy {
  /** Chance of any false alarm over all metrics together. */
  readonly level: number;
  /** Smallest change, as a share of the base's median, that is called a regression or an improvement. */
  readonly minimumEffect: number;
  /** The generators' own floor: smaller differences of round trips are not called real; null: not calibrated. */
  readonly floor: Floor | null;
}

export type ComparisonVerdict = "regression" | "improvement" | "no-change" | "not-enough-runs";

export interface MetricComparison {
  readonly metric: string;
  readonly unit: "us" | "ratio" | "per-second";
  readonly worse: "higher" | "lower";
  /** One figure a run, in the order of the runs. */
  readonly base: readonly number[];
  readonly candidate: readonly number[];
  readonly baseMedian: number | null;
  readonly candidateMedian: number | null;
  /** Null with too few runs. */
  readonly shift: Shift | null;
  readonly p: number | null;
  /** After Holm over all metrics. */
  readonly adjustedP: number | null;
  /** The change below which nothing is called, in the metric's unit. */
  readonly threshold: number;
  readonly verdict: ComparisonVerdict;
  /** For "no-change": the largest change, in the metric's unit, that the interval does not exclude. */
  readonly excludesBeyond: number | null;
  /** For "not-enough-runs": runs a side that are needed. */
  readonly runsNeeded: number | null;
}
