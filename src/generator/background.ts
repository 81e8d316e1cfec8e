import type { BackgroundPlan, BackgroundStage } from "../model/background.ts";
import type { Issued } from "../model/entry.ts";
import type { ReconnectEntry } from "../model/outcome.ts";
import type { RetryPlan } from "../model/retry-plan.ts";
import type { Barrier, Clock, HeldSession, Login, Routes, Sink } from "../model/ports.ts";
import { type Us, us, usFromSeconds } from "../model/units.ts";
import { turnsOf } from "../schedule/rounds.ts";
import type { Breathe } from "./breather.ts";
import { firstOf } from "./first-of.ts";
import { loginAt } from "./login-device.ts";
import { createPublishing, type Speaker } from "./publishing.ts";
import { createReturning } from "./returning.ts";

/** A fleet that is already there, as the generators need it. */
export interface BackgroundFleet {
  /** Those of this shard; `index` is among all of the background. */
  readonly devices: readonly BackgroundDevice[];
  /** Opens sessions that can publish. */
  readonly login: Login;
  /** Where the plan has several places. */
  readonly routes: Routes | undefined;
}

export interface BackgroundDevice {
  readonly index: number;
  readonly issued: Issued;
}

export interface BackgroundDeps extends BackgroundFleet {
  readonly plan: BackgroundPlan;
  readonly seed: number;
  /** How a device comes back whose session was lost; undefined: it does not. */
  readonly retry: RetryPlan | undefined;
  /** For a PUBACK. */
  readonly deadline: Us;
  readonly clock: Clock;
  readonly sink: Sink;
  readonly barrier: Barrier;
  readonly breathe: Breathe;
  readonly onSent: (lateness: Us) => void;
  readonly onWait: (change: 1 | -1) => void;
  readonly onBug: (error: unknown) => void;
}

/** Devices that are there before the load, publish through all of it, and leave last. */
export interface Background {
  /** Connects them, each at its time, then measures them by themselves. What cannot connect is written down, and waited for no longer. */
  begin(drain: AbortSignal, abort: AbortSignal): Promise<void>;
  /** From `from` on messages are due in this stage of the run. */
  enter(stage: BackgroundStage, from: Us): void;
  /** Measures them by themselves once more unless `drain` is aborted, and closes their sessions whatever happens. */
  end(drain: AbortSignal, abort: AbortSignal): Promise<void>;
}

export function createBackground(deps: BackgroundDeps): Background {
  const { plan, seed, retry, deadline, devices, clock, login, routes, sink, barrier, breathe, onSent, onBug } = deps;
  const { every } = plan;
  const turns = turnsOf(plan.devices, every, seed);
  const publishing = createPublishing({
    clock,
    every,
    deadline,
    breathe,
    onSent,
    add: (tally) => sink.add({ kind: "messages", tally }),
  });
  const returning = retry && createReturning({ ...deps, retry, add: addReturn });
  const speakers: Speaker[] = [];
  const open = new Set<HeldSession>();
  const onTheWay = new Set<Promise<void>>();
  const over = new AbortController();
  let round = Promise.resolve();

  function addReturn({ lost, number, ...facts }: ReconnectEntry): void {
    sink.add({ kind: "background-login", entry: { ...facts, again: { lost, number } } });
  }

  async function connect({ index, issued }: BackgroundDevice, intended: Us, abort: AbortSignal): Promise<void> {
    const route = routes?.take(issued.seq, 0);
    const { facts, verdict, session } = await loginAt({ clock, login }, issued, route, abort);
    if (route !== undefined) routes?.free(route);
    const place = route?.name === undefined ? {} : { place: route.name };
    sink.add({ kind: "background-login", entry: { ...facts, intended, ...place, verdict } });
    if (session === undefined) return;
    const speaker: Speaker = { turn: turns[index] ?? us(0), session: undefined, unanswered: undefined };
    speakers.push(speaker);
    keep(speaker, session, issued);
  }

  function keep(speaker: Speaker, session: HeldSession, issued: Issued): void {
    open.add(session);
    speaker.session = session;
    void session.lost.then((reason) => {
      if (!open.delete(session)) return;
      publishing.lose(speaker);
      const { seq, name } = issued;
      sink.add({ kind: "background-loss", entry: { seq, name, at: clock.now(), reason } });
      if (returning === undefined) return;
      const back = returning
        .back(issued)
        .then((again) => (again === undefined ? undefined : keep(speaker, again, issued)))
        .finally(() => onTheWay.delete(back));
      onTheWay.add(back);
    });
  }

  return {
    async begin(drain, abort) {
      const startsAt = drain.aborted ? clock.now() : await barrier.arrive("background", drain);
      const connecting: Promise<void>[] = [];
      for (const device of devices) {
        const due = us(startsAt + Math.round((device.index / plan.connectRate) * usFromSeconds(1)));
        if (clock.now() < due) await clock.sleepUntil(due, drain);
        else await breathe();
        // What a stop kept from its turn is written down as not called.
        connecting.push(connect(device, due, drain.aborted ? drain : abort).catch(onBug));
      }
      await Promise.all(connecting);
      const from = drain.aborted ? clock.now() : await barrier.arrive("background there", drain);
      publishing.enter({ kind: "before" }, from);
      round = publishing.run(speakers, from, firstOf(over.signal, abort)).catch(onBug);
      await clock.sleepUntil(us(from + plan.settle), drain);
    },
    enter: (stage, from) => publishing.enter(stage, from),
    async end(drain, abort) {
      if (!drain.aborted) {
        const from = await barrier.arrive("background after", drain);
        publishing.enter({ kind: "after" }, from);
        await clock.sleepUntil(us(from + plan.settle), drain);
      }
      over.abort();
      await round;
      await publishing.land(abort);
      returning?.end();
      await Promise.all(onTheWay);
      const there = [...open];
      open.clear();
      await Promise.allSettled(there.map((session) => session.close()));
    },
  };
}
