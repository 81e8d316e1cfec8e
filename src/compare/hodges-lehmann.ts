import { untiedP } from "./mann-whitney.ts";

/** By how much the candidate lies above the base, in the data's own unit. */
export interface Shift {
  /** Median of all differences candidate - base. */
  readonly estimate: number;
  /** The interval that the test does not reject, at the given level. */
  readonly low: number;
  readonly high: number;
}

/**
 * The Hodges-Lehmann shift with the interval that inverts the Mann-Whitney test: every shift that the test, at
 * `1 - confidence`, would not reject. With too few runs for the level it reaches from the smallest to the largest
 * difference. Hodges & Lehmann (1963).
 * @throws RangeError if either side is empty.
 */
export function hodgesLehmann(base: readonly number[], candidate: readonly number[], confidence: number): Shift {
  if (base.length === 0 || candidate.length === 0) throw new RangeError("both sides need at least one run");
  const differences = candidate.flatMap((c) => base.map((b) => c - b)).sort((a, b) => a - b);
  const skipped = excludedFromEachEnd(base.length, candidate.length, 1 - confidence);
  return {
    estimate: middle(differences),
    low: differences[skipped] ?? Number.NEGATIVE_INFINITY,
    high: differences[differences.length - 1 - skipped] ?? Number.POSITIVE_INFINITY,
  };
}

/**
 * Differences outside the interval at each end. A shift between the k-th and the next difference has U = k; if 0 to c are
 * rejected at `alpha`, the smallest shift that is not lies just above the difference c + 1, which c others precede.
 */
function excludedFromEachEnd(n: number, m: number, alpha: number): number {
  const pOf = untiedP(n, m);
  let rejected = 0;
  while (rejected < (n * m) / 2 && pOf(rejected) <= alpha) rejected += 1;
  return Math.min(Math.max(0, rejected - 1), Math.floor((n * m - 1) / 2));
}

function middle(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? Number.NaN;
  if (!Number.isInteger(half)) return upper;
  return ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

export { middle as medianOfSorted };
