import { setTimeout as pause } from "node:timers/promises";
import type { Waits } from "../../src/operations/at-rest.ts";

/** What is awaited below it is of another process, whose time is real. */
const REAL_BELOW_MS = 1_000;

/** Long waits take no time: the clock jumps, and `onJump` lets others know by how much. */
export function hurriedWaits(onJump: (ms: number) => void = () => undefined): Waits {
  let now = 0;
  return {
    now: () => now,
    async sleep(ms, stop) {
      stop.throwIfAborted();
      now += ms;
      if (ms < REAL_BELOW_MS) await pause(ms, undefined, { signal: stop });
      else onJump(ms);
    },
  };
}
