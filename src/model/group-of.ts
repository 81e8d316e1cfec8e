import type { FleetPlan } from "./plan.ts";

/** Which group a device is of, by its number: an index into the fleet's groups. Undefined: the fleet has none. */
export type GroupOf = (seq: number) => number | undefined;

/** Devices in a row among which the order of groups is turned. */
const BLOCK = 64;

/**
 * Each group has exactly its count, spread evenly over the fleet, from (seed, seq) alone: any generator knows it of any
 * device, and nothing is stored. The order is turned by lot from block to block: a generator of n has every n-th device,
 * and with a strict order it could have one group only, so that a slow generator would look like a slow group.
 */
export function createGroupOf({ groups, seed, firstSeq }: Pick<FleetPlan, "groups" | "seed" | "firstSeq">): GroupOf {
  if (groups === undefined) return () => undefined;
  const first: number = firstSeq ?? 0;
  const counts = groups.map(({ count }) => count);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return (seq) => {
    const position = (((seq - first) % total) + total) % total;
    const begin = position - (position % BLOCK);
    const length = Math.min(BLOCK, total - begin);
    const turned = begin + ((position - begin + turnOf(seed, begin / BLOCK)) % length);
    return evenly(turned, counts, total);
  };
}

/** Of `of` positions each group has its count: the first at even distances, the second at even distances in what that leaves, and so on. */
function evenly(position: number, counts: readonly number[], of: number): number {
  let [at, left] = [position, of];
  for (const [index, count] of counts.entries()) {
    const before = quotient(at, count, left);
    if (quotient(at + 1, count, left) > before) return index;
    at -= before;
    left -= count;
  }
  return counts.length - 1;
}

/** a x b / c, rounded down. Below 2^53 a division of numbers is never rounded up to the next whole. */
function quotient(a: number, b: number, c: number): number {
  const product = a * b;
  return product <= Number.MAX_SAFE_INTEGER ? Math.floor(product / c) : Number((BigInt(a) * BigInt(b)) / BigInt(c));
}

/** A whole number that (seed, block) always gives, well mixed: the finalizer of MurmurHash3. */
function turnOf(seed: number, block: number): number {
  let mixed = (seed ^ Math.floor(seed / 2 ** 32) ^ Math.imul(block + 1, 0x9e37_79b9)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
