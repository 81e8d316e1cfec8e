import type { Random } from "./random.ts";

/** How long something takes, in milliseconds. */
export type Distribution =
  | { readonly kind: "none" }
  | { readonly kind: "fixed"; readonly ms: number }
  | { readonly kind: "uniform"; readonly minMs: number; readonly maxMs: number }
  | { readonly kind: "exponential"; readonly meanMs: number }
  /** The median is exp(mu). */
  | { readonly kind: "lognormal"; readonly medianMs: number; readonly sigma: number };

/** One sample, in milliseconds, never negative. */
export function sample(distribution: Distribution, random: Random): number {
  switch (distribution.kind) {
    case "none":
      return 0;
    case "fixed":
      return distribution.ms;
    case "uniform":
      return distribution.minMs + random.next() * (distribution.maxMs - distribution.minMs);
    case "exponential":
      return -distribution.meanMs * Math.log(1 - random.next());
    case "lognormal":
      return distribution.medianMs * Math.exp(distribution.sigma * standardNormal(random));
  }
}

/** Box-Muller, one of the two values. */
function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
