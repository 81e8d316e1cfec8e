/** Two-sided confidence of every printed interval. */
const TAIL = 0.025;
/** Terms further than this many standard deviations from the mean are below 1e-20. */
const REACH = 10;

/** Ranks (1 to n) of the order statistics that stand for a quantile and bound it. */
export interface QuantileRanks {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Smallest sample with a two-sided 95 % interval for quantile q: the largest value lies above it, and the smallest
 * below it, with probability 97.5 % each; so q^n and (1 - q)^n must not exceed 0.025. p95 72, p99 368, p99.9 3,688.
 */
export function samplesNeeded(q: number): number {
  return Math.ceil(Math.log(TAIL) / Math.log(Math.max(q, 1 - q)));
}

/**
 * The number of samples below the true quantile is binomial (n, q), whatever the distribution. With B its cumulative
 * distribution, the l-th value is above the quantile with probability B(l - 1), the u-th below with 1 - B(u - 1):
 * l is the largest rank with B(l - 1) <= 2.5 %, u the smallest with B(u - 1) >= 97.5 %. Undefined: too few samples.
 */
export function quantileRanks(n: number, q: number): QuantileRanks | undefined {
  if (n < samplesNeeded(q)) return undefined;
  const mean = n * q;
  const spread = REACH * Math.sqrt(mean * (1 - q)) + REACH;
  const first = Math.max(0, Math.floor(mean - spread));
  let term = Math.exp(logBinomial(n, first, q));
  let cumulative = term;
  let low = cumulative <= TAIL ? first + 1 : 0;
  let k = first;
  while (cumulative < 1 - TAIL && k < n) {
    // B(k + 1) from B(k): the ratio of neighbouring terms is (n - k) / (k + 1) * q / (1 - q).
    term *= ((n - k) / (k + 1)) * (q / (1 - q));
    k += 1;
    cumulative += term;
    if (cumulative <= TAIL) low = k + 1;
  }
  return { value: rankOf(n, q), low, high: k + 1 };
}

/** Nearest rank: the smallest r with r / n >= q. The guard is for products such as 0.95 * 100 that come out a hair too large. */
export function rankOf(n: number, q: number): number {
  return Math.max(1, Math.ceil(n * q - 1e-9));
}

/** ln of C(n, k) q^k (1 - q)^(n - k). */
function logBinomial(n: number, k: number, q: number): number {
  const choose = logFactorial(n) - logFactorial(k) - logFactorial(n - k);
  return choose + k * Math.log(q) + (n - k) * Math.log1p(-q);
}

/** Stirling's series, exact to 1e-11 from 10 on; summed below. */
function logFactorial(n: number): number {
  if (n < 10) {
    let sum = 0;
    for (let factor = 2; factor <= n; factor += 1) sum += Math.log(factor);
    return sum;
  }
  return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1_260 * n ** 5);
}
