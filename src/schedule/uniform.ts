/** The finaliser of MurmurHash3: every bit of the input changes each bit of the 32-bit result with probability near 1/2. */
function scramble(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

const TWO_32 = 4_294_967_296;
const GOLDEN = 0x9e3779b9;

/**
 * A uniform in [0, 1) with 53 bits for each index (below 2^32), without state: neither the order of the calls nor the shard matters.
 * Two scrambles per index, keyed by both halves of the seed, give the upper 21 and the lower 32 bits.
 */
export function createUniform(seed: number): (index: number) => number {
  const low = scramble(seed % TWO_32);
  const high = scramble(Math.floor(seed / TWO_32) + GOLDEN);
  const key = scramble(low ^ high);
  const otherKey = scramble(key + GOLDEN);
  return (index) => {
    const upper = scramble(scramble(index + key) ^ otherKey) >>> 11;
    const lower = scramble(scramble(index + otherKey) + key);
    return (upper * TWO_32 + lower) / 2 ** 53;
  };
}
