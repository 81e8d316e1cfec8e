/** One run at one rate, as the search remembers it. JSON-safe: a search resumes from its list of trials. */
export interface Trial {
  /** Arrivals a second. */
  readonly rate: number;
  /** "void": the generator was unhealthy; says nothing about the target. */
  readonly outcome: "passed" | "failed" | "void";
  readonly generators: number;
  readonly runId: string;
  /** Criteria that were missed, in words. */
  readonly reasons: readonly string[];
  readonly achievedRate: number | null;
  /** Microseconds. */
  readonly roundTripP50: number | null;
  readonly roundTripP99: number | null;
  readonly failureRate: number | null;
}

export interface SearchPolicy {
  /** First rate tried, arrivals a second. */
  readonly start: number;
  readonly lowest: number;
  readonly highest: number;
  /** The search ends when the bounds are this close, as a share of the lower one. */
  readonly resolution: number;
  /** By how many trials the verdict of each final bound must lead. */
  readonly confirmations: number;
  readonly generators: number;
  readonly mostGenerators: number;
  readonly mostTrials: number;
}

/** What to do next, given the trials so far. */
export type SearchStep =
  | { readonly kind: "try"; readonly rate: number; readonly generators: number; readonly why: string }
  | { readonly kind: "found"; readonly bounds: Bounds };

/** The capacity lies between the two; null: not reached within the limits. */
export interface Bounds {
  /** The highest rate that passes, below the lowest that fails. */
  readonly passes: number | null;
  /** The lowest rate that fails. */
  readonly fails: number | null;
  readonly ended: "resolved" | "highest-passes" | "lowest-fails" | "generator-limited" | "trials-used-up";
}
