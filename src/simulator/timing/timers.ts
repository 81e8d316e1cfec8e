import { performance } from "node:perf_hooks";

/** The simulator's time, in milliseconds; a test puts a virtual one in its place. */
export interface Timers {
  /** Monotonic. */
  now(): number;
  /** Since 1970, for createdTime and the like. */
  wall(): number;
  /** Calls `run` once after `ms`, unless the returned function is called before. */
  after(ms: number, run: () => void): () => void;
}

export interface RealTimers extends Timers {
  /** Nothing is called any more. */
  stop(): void;
}

/** Timers of the event loop; they do not keep the process alive, the listening sockets do. */
export function createTimers(): RealTimers {
  let stopped = false;
  return {
    now: () => performance.now(),
    wall: () => Math.floor(performance.timeOrigin + performance.now()),
    after: (ms, run) => {
      const timer = setTimeout(
        () => {
          if (!stopped) run();
        },
        Math.max(0, Math.round(ms)),
      );
      timer.unref();
      return () => clearTimeout(timer);
    },
    stop: () => {
      stopped = true;
    },
  };
}
