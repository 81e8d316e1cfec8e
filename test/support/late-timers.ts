import { createTimers, type Timers } from "../../src/simulator/timing/timers.ts";

export interface LateTimers extends Timers {
  /** Lets so much time pass for what waits long; what is short takes its real time. */
  pass(ms: number): void;
}

const REAL_BELOW_MS = 1_000;

/** For a simulator whose late doings are to cost a test nothing. */
export function lateTimers(): LateTimers {
  const real = createTimers();
  let passed = 0;
  const waiting = new Set<{ readonly due: number; readonly run: () => void }>();
  return {
    now: () => real.now(),
    wall: () => real.wall(),
    after(ms, run) {
      if (ms < REAL_BELOW_MS) return real.after(ms, run);
      const entry = { due: passed + ms, run };
      waiting.add(entry);
      return () => void waiting.delete(entry);
    },
    pass(ms) {
      passed += ms;
      for (const entry of waiting) {
        if (entry.due > passed) continue;
        waiting.delete(entry);
        entry.run();
      }
    },
  };
}
