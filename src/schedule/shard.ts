import type { Shard } from "../model/ports.ts";
import { seq, type Seq } from "../model/units.ts";

/**
 * This generator's part of `total` as a whole number: how many of 0 to total - 1 are congruent to its index modulo the
 * count. The remainder goes to the first generators, one each, so that the shares add up to `total`.
 */
export function shareOf(total: number, shard: Shard): number {
  return Math.floor(total / shard.count) + (shard.index < total % shard.count ? 1 : 0);
}

/** Index, among devices that begin with `firstSeq`, of this generator's first; the others follow at every `count`. */
export function firstIndexOf(firstSeq: Seq, { index, count }: Shard): number {
  return (index - (firstSeq % count) + count) % count;
}

/** This generator's devices among firstSeq to firstSeq + devices - 1: ascending, those with seq % count === index. */
export function* seqsOf(firstSeq: Seq, devices: number, shard: Shard): Iterable<Seq> {
  const first = firstSeq + firstIndexOf(firstSeq, shard);
  for (let next = first; next < firstSeq + devices; next += shard.count) yield seq(next);
}
