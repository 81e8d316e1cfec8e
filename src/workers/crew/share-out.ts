import { apportion } from "../../model/apportion.ts";

/** A worker and what it may carry. */
export interface Carrier {
  readonly cores: number;
}

/**
 * How many generators each of these runs: `total` by cores with the largest remainders, each at least one as far as
 * there are so many. In the order of the carriers.
 */
export function shareOut(total: number, carriers: readonly Carrier[]): readonly number[] {
  const left = Math.max(0, total - carriers.length);
  const more = apportion(
    left,
    carriers.map(({ cores }) => cores),
  );
  return more.map((share, index) => (index < total ? 1 : 0) + share);
}

/** Which generators each one has: in turn, so that neighbours in time are on different machines. */
export function dealShards(shares: readonly number[]): readonly (readonly number[])[] {
  const hands: number[][] = shares.map(() => []);
  let next = 0;
  for (let round = 0; hands.some((hand, index) => hand.length < (shares[index] ?? 0)); round += 1) {
    for (const [index, hand] of hands.entries()) {
      if (round >= (shares[index] ?? 0)) continue;
      hand.push(next);
      next += 1;
    }
  }
  return hands;
}
