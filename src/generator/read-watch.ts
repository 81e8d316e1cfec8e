import { performance } from "node:perf_hooks";
import { type Us, us, usFromMs } from "../model/units.ts";

/**
 * How long an answer that is read now may have lain unread in this process's sockets: an upper bound. What lay there when the
 * event loop slept would have woken it. So it is at most as old as the last look before this one, and no older than the loop has
 * been busy since that look's turn ended, or waited for a processor, if it slept in between.
 */
export interface ReadWatch {
  unread(now: Us): Us;
}

/** What the watch sees of the event loop. */
export interface LoopFacts {
  /** Time that the loop has slept, milliseconds since its start. */
  readonly slept: () => number;
  /** Time that this thread was ready to run and had no processor, milliseconds since its start; 0 where that is not known. */
  readonly waited: () => number;
  /** Calls `then` when everything that this turn of the loop has read is handled. */
  readonly afterTurn: (then: () => void) => void;
}

/** Of this process. `waited`: undefined where the kernel does not say. */
export const ownLoop = (waited: (() => number) | undefined): LoopFacts => ({
  slept: () => performance.nodeTiming.idleTime,
  waited: waited ?? (() => 0),
  afterTurn: (then) => void setImmediate(then),
});

export function createReadWatch(now: () => Us, loop: LoopFacts): ReadWatch {
  /** The turn before: its first read and how long the thread had waited then, its end and how long the loop had slept then. */
  let before = { from: now(), waited: us(0), until: now(), slept: us(0) };
  /** Since when what is read in this turn may have waited; undefined: nothing has been read in it. */
  let since: Us | undefined;

  function begin(first: Us): Us {
    const slept = usFromMs(loop.slept()) - before.slept;
    // A thread that has been woken and waits for a processor seems to sleep on. To ask is a call to the kernel.
    const waited = slept > 0 ? usFromMs(loop.waited()) : before.waited;
    const rested = slept - (waited - before.waited);
    loop.afterTurn(() => {
      before = { from: first, waited, until: now(), slept: usFromMs(loop.slept()) };
      since = undefined;
    });
    return rested > 0 ? us(Math.min(first, before.until + rested)) : before.from;
  }

  return {
    unread(at) {
      since ??= begin(at);
      return us(Math.max(0, at - since));
    },
  };
}
