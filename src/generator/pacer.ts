import type { Clock, Schedule } from "../model/ports.ts";
import { type Seq, type Us, us, usFromSeconds } from "../model/units.ts";
import type { Breathe } from "./breather.ts";
import type { Tempo } from "./tempo.ts";

export interface Pace {
  readonly clock: Clock;
  readonly schedule: Schedule;
  /** First seq of the phase and the run's time at which it starts. */
  readonly firstSeq: Seq;
  readonly startsAt: Us;
  readonly breathe: Breathe;
  /** How fast the schedule passes. */
  readonly tempo: Tempo;
}

/** While nothing is due: how long a sleep is, at most, before it is looked again. */
const LONGEST_SLEEP = usFromSeconds(60);

/**
 * Open load: calls `arrive` for every seq at its intended time, or at once for all that are due when the generator is
 * late. Awaits nothing but the clock. Returns the first seq that had not arrived when `stop` was aborted.
 */
export async function pace(
  { clock, schedule, firstSeq, startsAt, breathe, tempo }: Pace,
  seqs: Iterator<Seq>,
  arrive: (next: Seq, intended: Us) => void,
  stop: AbortSignal,
): Promise<Seq | undefined> {
  let either: AbortSignal | undefined;
  for (let next = seqs.next(); next.done !== true; next = seqs.next()) {
    const offset = schedule.at(next.value - firstSeq);
    let intended = tempo.due(startsAt, offset);
    if (intended !== undefined && clock.now() >= intended) await breathe();
    while (!stop.aborted && (intended === undefined || clock.now() < intended)) {
      await clock.sleepUntil(intended ?? us(clock.now() + LONGEST_SLEEP), interruption());
      intended = tempo.due(startsAt, offset);
    }
    if (stop.aborted || intended === undefined) return next.value;
    arrive(next.value, intended);
  }
  return undefined;

  /** What ends a sleep: one signal for all sleeps between two changes. */
  function interruption(): AbortSignal {
    if (either === undefined || (either.aborted && !stop.aborted)) either = AbortSignal.any([stop, tempo.changed]);
    return either;
  }
}
