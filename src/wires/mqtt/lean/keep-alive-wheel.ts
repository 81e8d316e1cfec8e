import { performance } from "node:perf_hooks";

/** What the wheel turns for: a session that must be heard of. */
export interface KeptAlive {
  ping(): void;
  /** Whether the last ping has been answered. */
  readonly answered: boolean;
  /** The last ping was not answered for half an interval. */
  lapse(): void;
}

/** The sessions that are pinged together. */
export type Slot = Set<KeptAlive>;

/** The shortest rest between two slots, milliseconds. */
const SHORTEST_TICK_MS = 100;
const MOST_SLOTS = 600;
/** Steps of the golden section fill a circle evenly, however many there are. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * The keep-alive of all sessions with one interval by one timer: each session has a slot of the interval, and is pinged when
 * its slot comes round. Slots are given out evenly, so that sessions which began together do not ping together.
 */
export interface KeepAliveWheel {
  /** What it returns is for `delete`: the session remembers it, and no table has to. */
  add(session: KeptAlive): Slot;
  delete(session: KeptAlive, slot: Slot): void;
}

export function createKeepAliveWheel(seconds: number, now: () => number = () => performance.now()): KeepAliveWheel {
  const slots = Math.min(MOST_SLOTS, Math.floor((seconds * 1_000) / SHORTEST_TICK_MS));
  const tickMs = (seconds * 1_000) / slots;
  const bySlot = Array.from({ length: slots }, (): Slot => new Set());
  let size = 0;
  const half = Math.ceil(slots / 2);
  let given = 0;
  /** The slot that was last come to, and when the next is due. */
  let current = 0;
  let due = 0;
  let timer: NodeJS.Timeout | undefined;

  function turn(): void {
    for (; due <= now(); due += tickMs) {
      current = (current + 1) % slots;
      for (const session of bySlot[(current + half) % slots] ?? []) if (!session.answered) session.lapse();
      for (const session of bySlot[current] ?? []) session.ping();
    }
    timer = size === 0 ? undefined : setTimeout(turn, Math.max(1, due - now()));
  }

  return {
    add(session) {
      given += 1;
      const slot = bySlot[Math.floor(((given * GOLDEN) % 1) * slots)] ?? new Set();
      slot.add(session);
      size += 1;
      if (timer !== undefined) return slot;
      due = now() + tickMs;
      timer = setTimeout(turn, tickMs);
      return slot;
    },
    delete(session, slot) {
      if (!slot.delete(session)) return;
      size -= 1;
      if (size > 0) return;
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
