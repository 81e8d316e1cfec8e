/** A worker and what it may carry. */
export interface Carrier {
  readonly cores: number;
}

/**
 * How many generators each of these runs: `total` by cores with the largest remainders, each at least one as far as
 * there are so many. In the order of the carriers.
 */
export function shareOut(total: number, carriers: readonly Carrier[]): readonly number[] {
  const cores = carriers.reduce((sum, each) => sum + each.cores, 0);
  const first = carriers.map((_, index) => (index < total ? 1 : 0));
  const left = Math.max(0, total - carriers.length);
  const exact = carriers.map((each) => (left * each.cores) / cores);
  const shares = exact.map((share, index) => (first[index] ?? 0) + Math.floor(share));
  const open = total - shares.reduce((sum, share) => sum + share, 0);
  const byRemainder = exact
    .map((share, index) => ({ index, remainder: share - Math.floor(share) }))
    .toSorted((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder.slice(0, Math.max(0, open))) shares[index] = (shares[index] ?? 0) + 1;
  return shares;
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
