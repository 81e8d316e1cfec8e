/** A seeded source of chance: the same seed gives the same sequence on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** As ThingsBoard makes tokens and names: random A-Z, a-z, 0-9. */
  alphanumerics(length: number): string;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Mulberry32: 32 bits of state, passes the usual small batteries, enough for latencies and names. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  return {
    next,
    alphanumerics: (length) => {
      let text = "";
      for (let i = 0; i < length; i += 1) text += ALPHABET.charAt(Math.floor(next() * ALPHABET.length));
      return text;
    },
  };
}
