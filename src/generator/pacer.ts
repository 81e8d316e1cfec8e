import type { Clock, Schedule } from "../model/ports.ts";
import { type Seq, type Us, us } from "../model/units.ts";
import type { Breathe } from "./breather.ts";

export interface Pace {
  readonly clock: Clock;
  readonly schedule: Schedule;
  /** First seq of the phase and the run's time at which it starts. */
  readonly firstSeq: Seq;
  readonly startsAt: Us;
  readonly breathe: Breathe;
}

/**
 * Open load: calls `arrive` for every seq at its intended time, or at once for all that are due when the generator is
 * late. Awaits nothing but the clock. Returns the first seq that had not arrived when `stop` was aborted.
 */
export async function pace(
  { clock, schedule, firstSeq, startsAt, breathe }: Pace,
  seqs: Iterator<Seq>,
  arrive: (next: Seq, intended: Us) => void,
  stop: AbortSignal,
): Promise<Seq | undefined> {
  for (let next = seqs.next(); next.done !== true; next = seqs.next()) {
    const intended = us(startsAt + schedule.at(next.value - firstSeq));
    if (clock.now() < intended) await clock.sleepUntil(intended, stop);
    else await breathe();
    if (stop.aborted) return next.value;
    arrive(next.value, intended);
  }
  return undefined;
}
