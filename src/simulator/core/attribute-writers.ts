import type { Random } from "../timing/random.ts";
import type { Timers } from "../timing/timers.ts";

/** Saves attributes in batches. */
export interface AttributeWriters {
  /** Calls `done` when the attribute is saved. */
  save(done: () => void): void;
}

/** Threads, each with its own queue; a device belongs to one of them by its hash. */
const WRITERS = 3;

/**
 * Each writer (TbSqlBlockingQueue:58-100) waits for a first attribute for up to `flushMs`, saves what there is, and sleeps
 * for the rest of that time: an attribute that finds it waiting is saved at once, one that finds it asleep waits for its
 * waking. `flushMs` 0: all are saved at once.
 */
export function createAttributeWriters(deps: {
  readonly timers: Timers;
  readonly random: Random;
  readonly flushMs: number;
}): AttributeWriters {
  const { timers, random, flushMs } = deps;
  if (flushMs === 0) return { save: (done) => done() };
  /** When each writer's present (or last known) turn began, and whether it has saved in it. */
  const writers = Array.from({ length: WRITERS }, () => ({
    turn: timers.now() - random.next() * flushMs,
    saved: false,
  }));

  return {
    save: (done) => {
      const writer = writers[Math.floor(random.next() * WRITERS)];
      if (writer === undefined) return done();
      const now = timers.now();
      const turns = Math.floor((now - writer.turn) / flushMs);
      if (turns > 0) {
        writer.turn += turns * flushMs;
        writer.saved = false;
      }
      if (!writer.saved) {
        writer.saved = true;
        return done();
      }
      // Asleep until its next turn, which begins by saving.
      const waking = writer.turn + flushMs;
      timers.after(waking - now, () => {
        if (writer.turn < waking) {
          writer.turn = waking;
          writer.saved = true;
        }
        done();
      });
      return undefined;
    },
  };
}
