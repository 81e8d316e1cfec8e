import type { Timers } from "../../../src/simulator/timing/timers.ts";

/** Time that passes only when told to: an hour in a moment, and exactly. */
export interface VirtualTimers extends Timers {
  /** Runs what is due up to `ms`, in order of time, and stops there. */
  advanceTo(ms: number): void;
}

interface Due {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

const before = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

export function createVirtualTimers(): VirtualTimers {
  /** Binary heap, the next one first. */
  const heap: Due[] = [];
  let now = 0;
  let order = 0;

  const push = (due: Due): void => {
    let index = heap.push(due) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || before(above, due)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = due;
  };

  const pop = (): Due | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = index * 2 + 1;
      const leftDue = heap[left];
      if (leftDue === undefined) break;
      const rightDue = heap[left + 1];
      const smaller = rightDue !== undefined && before(rightDue, leftDue) ? left + 1 : left;
      const child = heap[smaller];
      if (child === undefined || before(last, child)) break;
      heap[index] = child;
      index = smaller;
    }
    heap[index] = last;
    return first;
  };

  return {
    now: () => now,
    wall: () => now,
    after: (ms, run) => {
      order += 1;
      const due = { at: now + Math.max(0, ms), order, run, cancelled: false };
      push(due);
      return () => {
        due.cancelled = true;
      };
    },
    advanceTo: (ms) => {
      for (let next = heap[0]; next !== undefined && next.at <= ms; next = heap[0]) {
        pop();
        now = Math.max(now, next.at);
        if (!next.cancelled) next.run();
      }
      now = ms;
    },
  };
}
