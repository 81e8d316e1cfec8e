import type { Phase } from "../model/plan.ts";
import type { Schedule, Shard } from "../model/ports.ts";
import { type Seq, type Us, us } from "../model/units.ts";
import { firstIndexOf, seqsOf, shareOf } from "../schedule/shard.ts";
import { NO_SLOT, type Slot } from "./backing-off.ts";
import type { Breathe } from "./breather.ts";
import type { Gather } from "./gather.ts";
import { type Pace, pace } from "./pacer.ts";
import type { ProgressCounter } from "./progress.ts";
import type { Tempo } from "./tempo.ts";

export interface PhaseDeps {
  readonly clock: Pace["clock"];
  readonly shard: Shard;
  readonly phase: Phase;
  readonly startsAt: Us;
  readonly maxInFlight: number;
  readonly progress: ProgressCounter;
  readonly breathe: Breathe;
  readonly gather: Gather;
  readonly tempo: Tempo;
  /** Runs one device to its end; never rejects. `intended` undefined: it arrives when it starts. */
  readonly run: (next: Seq, intended: Us | undefined, slot: Slot) => Promise<void>;
  /** Writes down an arrival that was not started. */
  readonly drop: (next: Seq, intended: Us, reason: "in-flight-cap" | "interrupted") => void;
  /** Writes down where a phase that ends by time did. */
  readonly end: (next: Seq) => void;
}

/**
 * One phase of one shard: starts its devices as the load says and resolves when none is in flight any more. After
 * `drain` nothing starts; what has not arrived is dropped as interrupted.
 */
export async function runPhase(deps: PhaseDeps, schedule: Schedule | undefined, drain: AbortSignal): Promise<void> {
  const { phase, shard } = deps;
  const seqs = seqsOf(phase.firstSeq, phase.devices, shard)[Symbol.iterator]();
  if (schedule === undefined) await runClosed(deps, seqs, drain);
  else await runOpen(deps, schedule, seqs, drain);
}

async function runOpen(deps: PhaseDeps, schedule: Schedule, seqs: Iterator<Seq>, drain: AbortSignal): Promise<void> {
  const { clock, phase, startsAt, maxInFlight, progress, breathe, tempo, run, drop } = deps;
  progress.watchDue(dueCounter(deps, schedule));
  const landing = createLanding(maxInFlight);
  const arrive = (next: Seq, intended: Us): void => {
    if (landing.isFull()) drop(next, intended, "in-flight-cap");
    else landing.track(run(next, intended, landing.slot));
  };
  try {
    const paced = { clock, schedule, firstSeq: phase.firstSeq, startsAt, breathe, tempo };
    const stoppedAt = await pace(paced, seqs, arrive, drain);
    if (stoppedAt !== undefined) {
      // What the stop takes away will not fall due.
      progress.watchDue(() => 0);
      await dropRest(deps, stoppedAt, seqs, schedule);
    }
  } finally {
    await landing.empty();
  }
}

async function runClosed(deps: PhaseDeps, seqs: Iterator<Seq>, drain: AbortSignal): Promise<void> {
  const { clock, phase, shard, startsAt, progress, breathe, gather, run, end } = deps;
  if (!(phase.shape.kind === "closed")) throw new Error(`phase ${phase.name} has neither a schedule nor a concurrency`);
  const { concurrency, duration } = phase.shape;
  const endsAt = duration === undefined ? Infinity : startsAt + duration;
  let arrived = 0;
  progress.watchDue(() => arrived);

  async function lane(): Promise<void> {
    while (!drain.aborted && clock.now() < endsAt) {
      const next = seqs.next();
      if (next.done === true) return;
      arrived += 1;
      // Its lane is kept while a device waits, as by a virtual user: the next one starts when it has ended.
      await run(next.value, undefined, NO_SLOT);
      await gather();
    }
  }
  const lanes: Promise<void>[] = [];
  for (let share = shareOf(concurrency, shard); share > 0; share -= 1) {
    lanes.push(lane());
    await breathe();
  }
  await Promise.all(lanes);
  const rest = seqs.next();
  if (rest.done === true) return;
  // Nobody had promised these: whatever ended the phase, they were not left out of it.
  if (duration !== undefined) end(rest.value);
  else await dropRest(deps, rest.value, seqs, undefined);
}

/** Drops as interrupted what a stop left over, at its intended time if that has passed, else now. */
async function dropRest(
  { clock, phase, startsAt, breathe, tempo, drop }: PhaseDeps,
  first: Seq,
  seqs: Iterator<Seq>,
  schedule: Schedule | undefined,
): Promise<void> {
  const now = clock.now();
  for (let next: IteratorResult<Seq> = { done: false, value: first }; next.done !== true; next = seqs.next()) {
    const intended = schedule === undefined ? now : tempo.due(startsAt, schedule.at(next.value - phase.firstSeq));
    drop(next.value, us(Math.min(intended ?? now, now)), "interrupted");
    await breathe();
  }
}

/** Counts the shard's arrivals whose intended time has passed; each call goes on where the one before ended. */
function dueCounter({ clock, phase, shard, startsAt, tempo }: PhaseDeps, schedule: Schedule): () => number {
  let next = firstIndexOf(phase.firstSeq, shard);
  let due = 0;
  return () => {
    const now = clock.now();
    while (next < phase.devices && (tempo.due(startsAt, schedule.at(next)) ?? Infinity) <= now) {
      due += 1;
      next += shard.count;
    }
    return due;
  };
}

/** Devices that were started and not awaited: a count, however many there are. */
function createLanding(maxInFlight: number) {
  let running = 0;
  /** Of those running, how many wait for their next attempt. */
  let away = 0;
  let landed: (() => void) | undefined;
  const isFull = (): boolean => running - away >= maxInFlight;
  const slot: Slot = {
    leave() {
      away += 1;
    },
    enter() {
      const room = !isFull();
      away -= 1;
      return room;
    },
  };
  return {
    isFull,
    slot,
    track(device: Promise<void>): void {
      running += 1;
      void device.then(() => {
        running -= 1;
        if (running === 0) landed?.();
      });
    },
    async empty(): Promise<void> {
      if (running > 0) await new Promise<void>((resolve) => (landed = resolve));
    },
  };
}
