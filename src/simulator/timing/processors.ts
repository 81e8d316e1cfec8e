import type { Timers } from "./timers.ts";

/** Processors that take jobs in order of arrival. */
export interface Processors {
  /** Calls `done` when a processor has spent `ms` on the job. */
  run(ms: number, done: () => void): void;
}

/**
 * Each job's end is computed when it arrives, from when a processor becomes free: a timer that fires late then delays one
 * answer, and not all that follow. `count` undefined: one for each job.
 */
export function createProcessors(timers: Timers, count: number | undefined): Processors {
  const freeAt = count === undefined ? undefined : Array.from({ length: count }, () => 0);
  const finish = (ms: number, done: () => void): void => {
    if (ms <= 0) done();
    else timers.after(ms, done);
  };
  if (freeAt === undefined) return { run: finish };
  return {
    run: (ms, done) => {
      const now = timers.now();
      let first = 0;
      for (const [index, time] of freeAt.entries()) if (time < (freeAt[first] ?? 0)) first = index;
      const end = Math.max(now, freeAt[first] ?? 0) + ms;
      freeAt[first] = end;
      finish(end - now, done);
    },
  };
}
