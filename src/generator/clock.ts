import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../model/ports.ts";
import { usFromMs } from "../model/units.ts";

/**
 * The run's clock of one process. `epoch` is a reading of this machine's monotonic clock in nanoseconds, which all
 * its processes share; `monotonic` reads it now. Afterwards only the cheaper performance.now() is read.
 */
export function createClock(epoch: bigint, monotonic: () => bigint): Clock {
  const zero = performance.now() - Number(monotonic() - epoch) / 1_000_000;
  const now = () => usFromMs(performance.now() - zero);

  return {
    now,
    /** Timers have a resolution of 1 ms: at most that late, never early, and the processor rests meanwhile. */
    async sleepUntil(t, stop) {
      for (let left = t - now(); left > 0 && !stop.aborted; left = t - now()) {
        await sleep(Math.ceil(left / 1_000), undefined, { signal: stop }).catch(ignoreAbort);
      }
    },
  };
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === "AbortError")) throw error;
}
