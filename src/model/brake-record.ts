import type { Us } from "./units.ts";

/** The threshold that ended a run before its load was over. */
export interface BrakeRecord {
  /** As the scenario has it. */
  readonly threshold: string;
  /** When it was seen to be missed, on the run's clock. */
  readonly at: Us;
  readonly measured: number;
  readonly limit: number;
  readonly unit: "us" | "ratio" | "count" | "per-second";
}
