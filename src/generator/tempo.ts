import type { TempoChange } from "../model/tempo.ts";
import { type Us, us } from "../model/units.ts";

/**
 * How fast the schedule passes. A schedule says how long after its phase's start an arrival is due, in time of its own; that time
 * passes as fast as the clock until somebody changes it. An intended time is the instant at which as much of it has passed, so
 * that a pause moves all that is due later by its length, and what was due before stays where it was.
 */
export interface Tempo {
  /** When, in time of the run, an arrival is due that the schedule has `offset` after `startsAt`; undefined: not before somebody goes on. */
  due(startsAt: Us, offset: Us): Us | undefined;
  /** From an instant on that is not before the last change. */
  change(change: TempoChange): void;
  /** Aborted at the next change; then there is a new one. */
  readonly changed: AbortSignal;
}

export function createTempo(): Tempo {
  const changes: TempoChange[] = [];
  let changing = new AbortController();

  return {
    due(startsAt, offset) {
      let at: number = startsAt;
      let left: number = offset;
      let speed = 1;
      for (const change of changes) {
        if (change.at > at) {
          // To the microsecond that is told: what was due at the instant of a change stays due then.
          if (speed > 0 && Math.round(at + left / speed) <= change.at) break;
          left -= (change.at - at) * speed;
          at = change.at;
        }
        speed = change.speed;
      }
      return speed === 0 ? undefined : us(Math.round(at + left / speed));
    },
    change(change) {
      changes.push(change);
      const before = changing;
      changing = new AbortController();
      before.abort();
    },
    get changed() {
      return changing.signal;
    },
  };
}
