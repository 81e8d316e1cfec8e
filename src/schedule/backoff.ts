import { type Us, us } from "../model/units.ts";
import { createUniform } from "./uniform.ts";

export interface BackoffShape {
  readonly attempts: number;
  readonly backoff: { readonly initial: Us; readonly factor: number; readonly max: Us };
  readonly jitter: number;
}

/** How long a device waits after its attempt `number` (from 1) has failed: pure in (seed, seq, number). */
export type Backoff = (seq: number, number: number) => Us;

/** Keeps the lots of waits apart from those of arrivals, which have the same seed. */
const SALT = 0x6261636b;

/**
 * Exponential, as in the SDKs of AWS: initial x factor^(number - 1), at most max. `jitter` is the share of it that is drawn by lot,
 * so that 1 is what AWS calls full jitter, 0.5 equal jitter, and 0 none.
 */
export function createBackoff(
  { attempts, backoff: { initial, factor, max }, jitter }: BackoffShape,
  seed: number,
): Backoff {
  const uniform = createUniform(seed + SALT);
  return (seq, number) => {
    const whole = Math.min(max, initial * factor ** (number - 1));
    const drawn = jitter === 0 ? 0 : jitter * uniform(seq * attempts + number);
    return us(Math.round(whole * (1 - drawn)));
  };
}
