import { doubledMidranks } from "../compare/midranks.ts";

/** Where a series of figures most likely changed its level, and how often chance alone would do as much. */
export interface ChangePoint {
  /** How many figures lie before the change. */
  readonly after: number;
  /** The greatest of |U(t)|. */
  readonly k: number;
  /** Two-sided. */
  readonly p: number;
}

/**
 * Pettitt's test for one change of level at an unknown place: by ranks, so that neither the distribution of the figures nor
 * an outlier matters. Pettitt (1979), A non-parametric approach to the change-point problem, Applied Statistics 28, 126-135:
 * U(t) = 2 (sum of the first t ranks) - t (n + 1), K = max |U(t)|. Ties have midranks. Undefined: fewer than two figures.
 */
export function pettitt(values: readonly number[]): ChangePoint | undefined {
  const n = values.length;
  if (n < 2) return undefined;
  const doubled = doubledMidranks(values);
  let [u, k, after] = [0, -1, 0];
  for (let t = 1; t < n; t += 1) {
    u += (doubled[t - 1] ?? 0) - (n + 1);
    if (Math.abs(u) > k) [k, after] = [Math.abs(u), t];
  }
  return { after, k, p: pettittP(k, n) };
}

/** The approximation that the paper gives: right to two digits where it is below 0.5, and on the safe side for few figures. */
export function pettittP(k: number, n: number): number {
  return Math.min(1, 2 * Math.exp((-6 * k ** 2) / (n ** 3 + n ** 2)));
}

/** With fewer figures than this no change, however clear, is called at that level. */
export function fewestFor(level: number): number {
  let n = 2;
  while (pettittP(Math.floor(n / 2) * Math.ceil(n / 2), n) > level) n += 1;
  return n;
}
