import { performance } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";

/** To be awaited where there is something: the stretch of work has been long enough. */
export type Breathe = () => Promise<void> | undefined;

/** Longest stretch without a look at the sockets, milliseconds. */
const LONGEST_MS = 5;

/**
 * Lets the event loop turn when this stretch of work has gone on for too long: thousands of devices due at once must
 * not keep the answers of the first from being read, for their times would be the generator's own.
 */
export function createBreather(): Breathe {
  let since = performance.now();
  return () => {
    if (performance.now() - since < LONGEST_MS) return undefined;
    return setImmediate().then(() => {
      since = performance.now();
    });
  };
}
