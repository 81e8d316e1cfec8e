import type { Us } from "./units.ts";

/** What a device does after a time-out or a lost connection. */
export interface RetryPlan {
  /** In all, the first among them. */
  readonly attempts: number;
  /** The wait before attempt n + 1 is initial x factor^(n - 1), and at most max. */
  readonly backoff: { readonly initial: Us; readonly factor: number; readonly max: Us };
  /** Share of each wait (0 to 1) that is drawn by lot, from the seed: a wait is never longer than without. */
  readonly jitter: number;
  /** False: each attempt asks for a name of its own. */
  readonly sameName: boolean;
}
