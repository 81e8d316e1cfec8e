import { createRandom } from "../test/support/random.ts";

/** The chance of one case: the same number gives the same case, on every machine. */
export interface Dice {
  /** 0 to `below` - 1. */
  roll(below: number): number;
  /** True in a share of the cases. */
  chance(share: number): boolean;
  pick<T>(of: readonly T[]): T;
  bytes(length: number): Buffer;
}

export function createDice(seed: number): Dice {
  const random = createRandom(seed);
  const roll = (below: number): number => Math.floor(random() * below);
  return {
    roll,
    chance: (share) => random() < share,
    pick: (of) => {
      const picked = of[roll(of.length)];
      if (picked === undefined) throw new Error("nothing to pick from");
      return picked;
    },
    bytes: (length) => Buffer.from(Array.from({ length }, () => roll(256))),
  };
}

/** The seed of case `index` of a target: FNV-1a over all three. */
export function seedOf(seed: number, target: string, index: number): number {
  let hash = 0x811c9dc5;
  for (const character of `${seed}/${target}/${index}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash >>> 0;
}
