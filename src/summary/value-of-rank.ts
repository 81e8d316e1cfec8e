/** A value's 32 bits, the upper ones first: so many at a time. */
const DIGITS = [
  { shift: 21, bits: 11 },
  { shift: 10, bits: 11 },
  { shift: 0, bits: 10 },
] as const;

const counts = new Uint32Array(1 << 11);

/** The `rank`-th smallest (1 to their number) of all values, which are counted digit by digit: a window of a load has thousands, and sorting them takes ten times as long. */
export function valueOfRank(parts: readonly Uint32Array[], rank: number): number {
  let known = 0;
  let knownBits = 0;
  let left = rank;
  for (const { shift, bits } of DIGITS) {
    counts.fill(0);
    const mask = (1 << bits) - 1;
    for (const values of parts) {
      for (let index = 0; index < values.length; index += 1) {
        const value = values[index] ?? 0;
        if ((value & knownBits) !== known) continue;
        const digit = (value >>> shift) & mask;
        counts[digit] = (counts[digit] ?? 0) + 1;
      }
    }
    let digit = 0;
    for (let counted = counts[0] ?? 0; counted < left && digit < mask; counted = counts[digit] ?? 0) {
      left -= counted;
      digit += 1;
    }
    known |= digit << shift;
    knownBits |= mask << shift;
  }
  return known >>> 0;
}
