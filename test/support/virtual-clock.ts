import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../src/model/ports.ts";
import { type Us, us } from "../../src/model/units.ts";

export interface VirtualClock extends Clock {
  /** Lets time pass, from one sleeper to the next, until `work` has settled; gives its result. */
  drive<T>(work: Promise<T>): Promise<T>;
  /** Time that passes at once and lets nobody run, as while an event loop is blocked. */
  advance(duration: number): void;
}

/** A clock whose time passes only while everything else waits. Starts at `start`. */
export function createVirtualClock(start = 0): VirtualClock {
  let now = start;
  let sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  return {
    now: () => us(now),
    sleepUntil(at, stop) {
      if (at <= now || stop.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const sleeper = { at, wake };
        function wake(): void {
          sleepers = sleepers.filter((each) => each !== sleeper);
          stop.removeEventListener("abort", wake);
          resolve();
        }
        sleepers.push(sleeper);
        stop.addEventListener("abort", wake, { once: true });
      });
    },
    advance(duration) {
      now += duration;
    },
    async drive(work) {
      let settled = false;
      const settle = () => {
        settled = true;
      };
      work.then(settle, settle);
      for (;;) {
        // Everything that can go on without time passing goes on first.
        await setImmediate();
        if (settled) return await work;
        const next = sleepers.reduce<(typeof sleepers)[number] | undefined>(
          (first, each) => (first === undefined || each.at < first.at ? each : first),
          undefined,
        );
        if (next === undefined) continue;
        now = Math.max(now, next.at);
        next.wake();
      }
    },
  };
}

/** Sleeps for a time of the clock. */
export function sleepFor(clock: Clock, duration: number, stop: AbortSignal): Promise<void> {
  return clock.sleepUntil((clock.now() + duration) as Us, stop);
}
