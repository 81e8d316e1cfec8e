import type { Credentials } from "../model/device.ts";
import type { Issued } from "../model/entry.ts";
import type { ReconnectEntry } from "../model/outcome.ts";
import { createGroupOf } from "../model/group-of.ts";
import type { Phase, Plan } from "../model/plan.ts";
import type {
  Barrier,
  Clock,
  Fleet,
  HeldSession,
  Login,
  Progress,
  Provisioner,
  Routes,
  Schedule,
  Shard,
  Sink,
} from "../model/ports.ts";
import { type Seq, type Us, us } from "../model/units.ts";
import { shareOf } from "../schedule/shard.ts";
import { type BackgroundFleet, createBackground } from "./background.ts";
import { createWaits, type Slot } from "./backing-off.ts";
import { type Breathe, createBreather } from "./breather.ts";
import { createGather, type Gather } from "./gather.ts";
import { callRoll } from "./call-roll.ts";
import { createClaims } from "./claims.ts";
import { firstOf } from "./first-of.ts";
import { provisionDevice } from "./flow.ts";
import { createHeldSessions } from "./held-sessions.ts";
import { runPhase } from "./load-phase.ts";
import { addUncalled, loginDevice } from "./login-device.ts";
import { controlPlaces, type ControlResult, createLastCalled, hasSecret, worstByPlace } from "./negative-control.ts";
import { createProgress } from "./progress.ts";
import type { ReadWatch } from "./read-watch.ts";
import { createRetrying } from "./retrying.ts";
import { createReturning } from "./returning.ts";
import { requireCeiling, requireShares } from "./shares.ts";
import { createTempo, type Tempo } from "./tempo.ts";

export interface ShardDeps {
  readonly plan: Plan;
  readonly shard: Shard;
  readonly clock: Clock;
  readonly fleet: Fleet;
  /** Undefined for closed phases. */
  readonly schedule: (phase: Phase) => Schedule | undefined;
  readonly provisioner: Provisioner;
  /** Undefined: no roll call. */
  readonly login: Login | undefined;
  /** Where the plan has several places; undefined: all devices go to that of provisioner and login. */
  readonly routes?: Routes | undefined;
  /** Makes credentials that the target must refuse, for a fleet whose own have no secret to get wrong. */
  readonly stranger?: (() => Promise<Credentials>) | undefined;
  /** The devices of the plan's background that are this shard's; absent: it has none. */
  readonly background?: BackgroundFleet | undefined;
  readonly sink: Sink;
  readonly reads?: ReadWatch;
  readonly barrier: Barrier;
  /** Everything issued so far, from its start. */
  readonly issued: () => AsyncIterable<Issued>;
  readonly stops: Stops;
  /** How fast the schedules pass; absent: as planned. */
  readonly tempo?: Tempo;
  /** How a long stretch of work lets the event loop turn; another one only where time is not real. */
  readonly breathe?: Breathe;
  /** How devices wait for the others of their turn; as above. */
  readonly gather?: Gather;
}

export interface Stops {
  /** No new arrivals; what is in flight ends, then the roll call. */
  readonly drain: AbortSignal;
  /** Everything ends at once and is written down. Implies drain. */
  readonly abort: AbortSignal;
}

export type ShardEnd = "complete" | "interrupted";

/**
 * Runs one shard of a plan: its phases, the roll call, the hold. Every seq of the shard gets one outcome, whatever
 * stops it, but for those that the end of a timed phase leaves out. A sink that fails stops it as an abort does. `done` rejects with RollcallError "too-many-generators" before
 * anything starts, or on a bug: then all the rest has been aborted and written down, and no session is open.
 */
export function runShard(deps: ShardDeps): { readonly progress: Progress; readonly done: Promise<ShardEnd> } {
  const progress = createProgress();
  return { progress, done: run(deps, progress).finally(() => progress.enter({ kind: "done" })) };
}

async function run(deps: ShardDeps, progress: ReturnType<typeof createProgress>): Promise<ShardEnd> {
  const { plan, shard, clock, sink, barrier, stops, login, routes } = deps;
  const { rollCall } = plan;
  requireShares(plan, shard);
  requireCeiling(plan);
  const breathe = deps.breathe ?? createBreather();
  const gather = deps.gather ?? createGather();
  const tempo = deps.tempo ?? createTempo();
  const bug = new AbortController();
  const full = new AbortController();
  void sink.failed.then((error) => full.abort(error));
  const abort = firstOf(stops.abort, bug.signal, full.signal);
  const drain = firstOf(stops.drain, abort);
  const claims = createClaims(sink, shard);
  const { retry, seed } = plan.fleet;
  const retrying =
    retry &&
    createRetrying(
      retry,
      seed,
      createWaits(clock, (change) => progress.wait(change), drain),
    );
  const flow = { ...deps, retrying };
  const surface = (error: unknown): void => bug.abort(error);
  const holds = login !== undefined && rollCall.hold > 0;
  const onWait = (change: 1 | -1): void => progress.waitToReturn(change);
  const add = (entry: ReconnectEntry): void => sink.add({ kind: "reconnect", entry });
  const returning =
    holds && retry !== undefined
      ? createReturning({ clock, login, routes, add, retry, seed, onWait, onBug: surface })
      : undefined;
  const held = createHeldSessions((change) => progress.hold(change), returning);
  const keep = holds ? (session: HeldSession, issued: Issued) => held.keep(session, issued) : undefined;
  const background =
    plan.background === undefined || deps.background === undefined
      ? undefined
      : createBackground({
          ...deps.background,
          plan: plan.background,
          seed,
          retry,
          deadline: plan.timeouts.answer,
          clock,
          sink,
          barrier,
          breathe,
          onSent: (lateness) => progress.noteLateness(lateness),
          onWait,
          onBug: surface,
        });
  /** Where it logged in a wrong secret is tried. */
  const lastCalled = createLastCalled(createGroupOf(plan.fleet));

  if (background !== undefined) progress.enter({ kind: "before" });
  await background?.begin(drain, abort).catch(surface);
  await loadAndCall().catch(surface);
  if (keep !== undefined) await hold().catch(surface);
  if (background !== undefined) progress.enter({ kind: "after" });
  await background?.end(drain, abort).catch(surface);
  bug.signal.throwIfAborted();
  return drain.aborted ? "interrupted" : "complete";

  async function loadAndCall(): Promise<void> {
    for (const [index, phase] of plan.phases.entries()) await loadPhase(index, phase);
    if (login !== undefined) await callAll(login);
  }

  async function loadPhase(index: number, phase: Phase): Promise<void> {
    const startsAt = drain.aborted ? clock.now() : await barrier.arrive(`phase ${index}`, drain);
    progress.enter({ kind: "load", phase: index });
    if (!drain.aborted) background?.enter({ kind: "load", phase: index }, startsAt);
    await clock.sleepUntil(startsAt, drain);
    if (!drain.aborted) sink.add({ kind: "phase", phase: index, startedAt: startsAt });
    await runPhase(
      {
        clock,
        shard,
        phase,
        startsAt: drain.aborted ? us(Math.max(startsAt, clock.now())) : startsAt,
        maxInFlight: shareOf(plan.maxInFlight, shard),
        progress,
        breathe,
        gather,
        tempo,
        run: (next, intended, slot) => runDevice(index, next, intended, slot).catch(surface),
        drop: (next, intended, reason) => sink.add(dropped(deps, index, next, intended, reason)),
        end: (next) => sink.add({ kind: "phase-end", phase: index, next }),
      },
      deps.schedule(phase),
      drain,
    );
  }

  async function runDevice(phase: number, next: Seq, intended: Us | undefined, slot: Slot): Promise<void> {
    if (!claims.cover(next)) {
      sink.add(dropped(deps, phase, next, us(Math.min(intended ?? Infinity, clock.now())), "interrupted"));
      return;
    }
    try {
      const arrival = { seq: next, phase, intended };
      const issued = await provisionDevice(flow, arrival, (late) => progress.start(late), abort, slot);
      if (issued === undefined || login === undefined || rollCall.when !== "inline") return;
      if (hasSecret(issued.credentials)) lastCalled.note(issued);
      if (abort.aborted) addUncalled(deps, issued, "inline");
      else await loginDevice({ clock, login, routes, sink, keep }, issued, "inline", abort);
    } finally {
      progress.end();
    }
  }

  async function callAll(by: Login): Promise<void> {
    const startsAt = abort.aborted ? clock.now() : await barrier.arrive("roll call", abort);
    progress.enter({ kind: "roll-call" });
    background?.enter({ kind: "roll-call" }, startsAt);
    if (rollCall.when === "after") {
      await clock.sleepUntil(startsAt, abort);
      await callRoll(
        {
          clock,
          login: by,
          routes,
          sink,
          keep,
          concurrency: shareOf(rollCall.concurrency, shard),
          rate: rollCall.rate === undefined ? undefined : rollCall.rate / shard.count,
          startsAt,
          issued: deps.issued(),
          gather,
          onCalled: (called) => {
            lastCalled.note(called);
          },
        },
        abort,
      );
    }
    if (rollCall.negativeControl && shard.index === 0) {
      const found: ControlResult[] = [];
      for (const called of lastCalled.all()) {
        found.push(...(await controlPlaces({ login: by, routes }, called, deps.stranger, abort)));
      }
      for (const each of worstByPlace(found)) sink.add({ kind: "negative-control", ...each });
    }
  }

  /** Also after a bug: no session outlives its shard. */
  async function hold(): Promise<void> {
    const from = drain.aborted ? clock.now() : await barrier.arrive("hold", drain);
    progress.enter({ kind: "hold" });
    background?.enter({ kind: "hold" }, from);
    await clock.sleepUntil(us(from + rollCall.hold), drain);
    sink.add({ kind: "hold", hold: await held.release(us(Math.max(0, clock.now() - from))) });
  }
}

function dropped(
  { clock, fleet }: Pick<ShardDeps, "clock" | "fleet">,
  phase: number,
  next: Seq,
  intended: Us,
  reason: "in-flight-cap" | "interrupted",
) {
  const { name, misbehaviour } = fleet.device(next);
  return {
    kind: "outcome",
    outcome: {
      seq: next,
      name,
      phase,
      intended,
      started: undefined,
      marks: {},
      ended: clock.now(),
      result: { state: "dropped", reason },
      misbehaviour,
    },
  } as const;
}
