import { doubledMidranks } from "./midranks.ts";

/** Above this many ways to split the pooled sample the normal approximation is used instead of the exact distribution. */
const EXACT_LIMIT = 60;

/** How often the rank sums agree with "both sides are alike". */
export interface MannWhitney {
  /** Pairs (base, candidate) in which the candidate is larger, ties counted half. */
  readonly u: number;
  /** Two-sided, 0 to 1. */
  readonly p: number;
  readonly method: "exact" | "normal";
}

/**
 * The two-sided Mann-Whitney U test: exact by counting all splits of the pooled midranks (so that ties are right too)
 * up to 60 values, beyond that the normal approximation with tie and continuity corrections.
 * Mann & Whitney (1947); exact p as twice the smaller tail, at most 1.
 * @throws RangeError if either side is empty.
 */
export function mannWhitney(base: readonly number[], candidate: readonly number[]): MannWhitney {
  if (base.length === 0 || candidate.length === 0) throw new RangeError("both sides need at least one run");
  const doubled = doubledMidranks([...base, ...candidate]);
  const observed = sum(doubled.slice(base.length));
  const u = observed / 2 - (candidate.length * (candidate.length + 1)) / 2;
  if (doubled.length <= EXACT_LIMIT) {
    return { u, p: pOfSum(waysToSum(doubled, candidate.length), observed), method: "exact" };
  }
  return { u, p: normalP(doubled, base.length, candidate.length, u), method: "normal" };
}

/** The smallest two-sided p that `n` runs a side can reach: complete separation, 2 / C(2n, n). */
export function smallestP(n: number): number {
  let ways = 1;
  for (let i = 1; i <= n; i += 1) ways = (ways * (n + i)) / i;
  return Math.min(1, 2 / ways);
}

/** The two-sided p of each U where no values are alike: what the test says of U = 0, 1, 2 … of `n` base and `m` candidate values. */
export function untiedP(n: number, m: number): (u: number) => number {
  const doubled = Array.from({ length: n + m }, (_, index) => 2 * (index + 1));
  if (doubled.length > EXACT_LIMIT) return (u) => normalP(doubled, n, m, u);
  const counts = waysToSum(doubled, m);
  return (u) => pOfSum(counts, 2 * u + m * (m + 1));
}

/** How many subsets of `size` of the doubled ranks sum to s, by s: ways[k][s] of k-subsets, a 0/1 knapsack count, exact in doubles up to 60 values. */
function waysToSum(doubled: readonly number[], size: number): Float64Array {
  const total = sum(doubled);
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(total + 1));
  const none = ways[0];
  if (none !== undefined) none[0] = 1;
  for (const rank of doubled) {
    for (let k = size; k >= 1; k -= 1) {
      const to = ways[k];
      const from = ways[k - 1];
      if (to === undefined || from === undefined) continue;
      for (let s = total; s >= rank; s -= 1) to[s] = (to[s] ?? 0) + (from[s - rank] ?? 0);
    }
  }
  return ways[size] ?? new Float64Array(0);
}

/** Twice the smaller tail, at most 1, of how many ways lead to each sum. */
function pOfSum(counts: Float64Array, observed: number): number {
  let below = 0;
  let above = 0;
  let all = 0;
  counts.forEach((count, s) => {
    all += count;
    if (s <= observed) below += count;
    if (s >= observed) above += count;
  });
  return Math.min(1, (2 * Math.min(below, above)) / all);
}

function normalP(doubled: readonly number[], n: number, m: number, u: number): number {
  const total = n + m;
  const tied = new Map<number, number>();
  for (const rank of doubled) tied.set(rank, (tied.get(rank) ?? 0) + 1);
  const ties = sum([...tied.values()].map((t) => t ** 3 - t));
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  if (variance === 0) return 1;
  const distance = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5);
  return Math.min(1, 2 * upperTail(distance / Math.sqrt(variance)));
}

/** P(Z > z) of the standard normal, z >= 0, by Abramowitz & Stegun 26.2.17; absolute error below 7.5e-8. */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * z);
  const polynomial =
    t * (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
