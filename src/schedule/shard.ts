import type { Shard } from "../model/ports.ts";
import { seq, type Seq } from "../model/units.ts";

/**
 * This generator's part of `total` as a whole number: how many of 0 to total - 1 are congruent to its index modulo the
 * count. The remainder goes to the first generators, one each, so that the shares add up to `total`.
 */
export function shareOf(total: number, shard: Shard): number {
  return Math.floor(total / shard.count) + (shard.index < total % shard.count ? 1 : 0);
}

/** This generator's devices among firstSeq to firstSeq + devices - 1: ascending, those with seq % count === index. */
export function* seqsOf(firstSeq: Seq, devices: number, shard: Shard): Iterable<Seq> {
  const offset = (shard.index - (firstSeq % shard.count) + shard.count) % shard.count;
  for (let next = firstSeq + offset; next < firstSeq + devices; next += shard.count) yield seq(next);
}
