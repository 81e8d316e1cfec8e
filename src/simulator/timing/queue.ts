import type { Random } from "./random.ts";
import type { Timers } from "./timers.ts";

/** An in-memory queue with one polling consumer. */
export interface Queue<T> {
  push(item: T): void;
}

export interface QueueDeps {
  readonly timers: Timers;
  readonly random: Random;
  /** Sleep of a consumer that found nothing; 0: it is woken at once. */
  readonly pollMs: number;
}

const OVERSLEEP_MS = 1;

/**
 * `take` gets all that waits, oldest first, and calls `resume` when the consumer can look again: at once if something came
 * meanwhile, else after sleeps of `pollMs`. A poll that finds nothing has no effect, so only the next useful one is timed.
 */
export function createQueue<T>(deps: QueueDeps, take: (batch: readonly T[], resume: () => void) => void): Queue<T> {
  const { timers, random } = deps;
  // A sleeping thread oversleeps a little, so that the two consumers drift against each other.
  const pollMs = deps.pollMs === 0 ? 0 : deps.pollMs + random.next() * OVERSLEEP_MS;
  let items: T[] = [];
  let state: "asleep" | "waking" | "busy" = "asleep";
  /** A poll that found nothing; the later ones follow every `pollMs`. */
  let lastPoll = timers.now() - random.next() * pollMs;

  const poll = (): void => {
    state = "busy";
    const batch = items;
    items = [];
    take(batch, resume);
  };

  const resume = (): void => {
    if (items.length > 0) {
      poll();
      return;
    }
    state = "asleep";
    lastPoll = timers.now();
  };

  return {
    push: (item) => {
      items.push(item);
      if (state !== "asleep") return;
      if (pollMs === 0) {
        poll();
        return;
      }
      state = "waking";
      timers.after(pollMs - ((timers.now() - lastPoll) % pollMs), poll);
    },
  };
}
