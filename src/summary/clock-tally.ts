import type { ClockReading } from "../model/clock-reading.ts";
import { us } from "../model/units.ts";

/** The widest bound and the farthest move of any reading; in any order and grouping. The fastest round trip is the best. */
export function worseClock(known: ClockReading | undefined, next: ClockReading): ClockReading {
  if (known === undefined) return next;
  const farther = byDistance(next.moved, known.moved) > 0 ? next : known;
  return {
    offset:
      farther.moved === known.moved && next.moved === known.moved
        ? us(Math.min(known.offset, next.offset))
        : farther.offset,
    bound: us(Math.max(known.bound, next.bound)),
    moved: farther.moved,
    roundTrip: us(Math.min(known.roundTrip, next.roundTrip)),
  };
}

/** By absolute value; of equals the positive one, so that the order of the readings does not matter. */
function byDistance(a: number, b: number): number {
  return Math.abs(a) - Math.abs(b) || a - b;
}

/** How far an instant of this machine may be from the same instant of the coordinator, at most. */
export function timeErrorOf({ bound, moved }: ClockReading): number {
  // The start was translated within the bound, and what has moved since was put right at barriers only.
  return bound + Math.abs(moved);
}
