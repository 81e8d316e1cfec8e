import type { ThresholdResult } from "../model/summary.ts";

/** A figure of the summary under the name that thresholds use. */
export interface Measured {
  /** Null: the quantity exists, but not in this run. */
  readonly value: number | null;
  /** See Quantile. */
  readonly atLeast?: number | null | undefined;
  /** It may be more than the value, or is not known at all, and nobody was to blame: a limit for it may be undecided. */
  readonly open?: true;
  /** Of a value that is not there, or open: in words. */
  readonly why?: string;
  readonly unit: ThresholdResult["unit"];
}
