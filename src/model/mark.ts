import type { Us } from "./units.ts";

/** A line of marks.ndjson in a run's folder: something that happened while the run was under way, as a person said it. */
export interface MarkRecord {
  readonly version: 1;
  /** ISO 8601, wall clock. */
  readonly at: string;
  readonly text: string;
  /** What a scenario's event did at that moment; absent: a person marked it. */
  readonly command?: CommandRecord;
}

/** A command of a scenario's event. */
export interface CommandRecord {
  readonly run: string;
  /** In words: "exit code 0", "ended after 60 s"; undefined: it had not ended when the run's last line was written. */
  readonly ended?: string;
  /** False: it did not do what it was to do, as far as it tells. */
  readonly succeeded?: boolean;
  /** Milliseconds. */
  readonly took?: number;
  /** The beginning of what it printed. */
  readonly output?: string;
}

/** A mark is a remark, not a text. */
export const LONGEST_MARK = 200;

/** A mark on the run's time axis, and what became of the load after it. */
export interface MarkSummary {
  readonly at: Us;
  readonly text: string;
  /** Absent: a person marked it. */
  readonly command?: CommandRecord;
  readonly recovery: Recovery;
}

/**
 * How the load was served after a mark, against the 30 s before it. Served as before: the rate of provisioned devices is 90 %
 * of its median before (under a steady open load: of what is planned, by the share that was provisioned before), and the round
 * trip p90 is within 1.2 times of what it was, for 5 s on end. Where a second says too little, seconds are taken together.
 */
export type Recovery =
  /** Served as before all the time. */
  | { readonly state: "no-dip" }
  /** `after`: from the mark to the beginning of the first stretch that was served as before. */
  | { readonly state: "recovered"; readonly after: Us; readonly depth: number }
  /** `watched`: from the mark to the end of the load. */
  | { readonly state: "not-recovered"; readonly watched: Us; readonly depth: number }
  /** Too little was seen; why, in words. */
  | { readonly state: "unknown"; readonly why: string };

/**
 * A stretch in which the load was served worse than before, though nobody marked anything. `slower`: as many devices were
 * provisioned, and it took longer.
 */
export interface DipSummary {
  readonly at: Us;
  /** Name of the phase. */
  readonly phase: string;
  readonly kind: "fewer" | "slower";
  /** The share of the planned that was started in it; absent: 90 % or more. */
  readonly started?: number;
  readonly recovery: Exclude<Recovery, { readonly state: "no-dip" | "unknown" }>;
}
