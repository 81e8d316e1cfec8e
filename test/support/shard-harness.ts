import { createFleet } from "../../src/fleet/fleet.ts";
import { type ShardDeps, runShard } from "../../src/generator/run-shard.ts";
import type { Entry, Issued } from "../../src/model/entry.ts";
import type { FailureKind, Outcome, RollCallEntry } from "../../src/model/outcome.ts";
import type { HeldSession, Login, Progress, Provisioner, Shard } from "../../src/model/ports.ts";
import { WireError } from "../../src/model/ports.ts";
import type { Plan } from "../../src/model/plan.ts";
import { Secret } from "../../src/model/secret.ts";
import { type Seq, us } from "../../src/model/units.ts";
import { createSchedule } from "../../src/schedule/schedule.ts";
import { load } from "./scenario-text.ts";
import { createVirtualClock, sleepFor, type VirtualClock } from "./virtual-clock.ts";

/** What the server of a test does with a device. */
export type Answer = "success" | "rejected" | FailureKind | "bug";

export interface HarnessOptions {
  /** Of a scenario, without name and provisioning. */
  readonly scenario: string;
  readonly shard?: Shard;
  /** Microseconds from the request to its answer. */
  readonly latency?: (seq: Seq) => number;
  /** `attempt`: from 1. */
  readonly answer?: (seq: Seq, attempt: number) => Answer;
  /** Milliseconds for which each answer was there before it was read. */
  readonly waited?: number;
  readonly credentials?: (seq: Seq) => Issued["credentials"];
  readonly admits?: (credentials: Issued["credentials"]) => boolean;
  /** Time for which the event loop is blocked when this device is asked for. */
  readonly blocks?: (seq: Seq) => number;
  /** Time after its login at which the target ends a held session; undefined: never. */
  readonly loses?: (login: number) => number | undefined;
  /** How a login fails to get an answer, counted from 1; undefined: it does not. */
  readonly loginFails?: (login: number) => FailureKind | undefined;
  /** The login that throws, counted from 1. */
  readonly brokenLogin?: number;
  /** The device that cannot be made: a bug of no device's doing. */
  readonly brokenFleet?: number;
  /** Virtual times at which the user presses Ctrl-C for the first and the second time. */
  readonly drainAt?: number;
  readonly abortAt?: number;
  /** Virtual time at which entries can no longer be kept. */
  readonly sinkFailsAt?: number;
  /** How long the other generators keep this one waiting at each barrier. */
  readonly barrierWait?: number;
}

export interface HarnessRun {
  readonly plan: Plan;
  /** Or the bug that `done` rejected with. */
  readonly end: "complete" | "interrupted" | { readonly bug: unknown };
  readonly entries: readonly Entry[];
  readonly outcomes: readonly Outcome[];
  /** Attempts that were to be followed by another. */
  readonly attempts: readonly Outcome[];
  readonly calls: readonly RollCallEntry[];
  readonly mostInFlight: number;
  readonly mostLogins: number;
  readonly progress: Progress;
  /** What the shard left behind: all 0 if it tidied up. */
  readonly left: { readonly inFlight: number; readonly logins: number; readonly sessions: number };
  readonly clock: VirtualClock;
}

const plans = new Map<string, Plan>();

/** The plan of a scenario without name and provisioning; the same text has the same plan, and is read once. */
export function planOf(scenario: string): Plan {
  let plan = plans.get(scenario);
  if (plan === undefined) {
    plan = load(`name: test\nprovisioning: { key: k, secret: s }\n${scenario}`).plan;
    plans.set(scenario, plan);
  }
  return plan;
}

/** Runs one shard in virtual time against a server in memory that implements the ports. */
export async function runHarness(options: HarnessOptions): Promise<HarnessRun> {
  const plan = planOf(options.scenario);
  const clock = createVirtualClock(-1_000);
  const entries: Entry[] = [];
  const issued: Issued[] = [];
  const inFlight = counter();
  const logins = counter();
  const sessions = counter();
  let loginsSoFar = 0;
  const drain = new AbortController();
  const abort = new AbortController();
  const over = new AbortController();
  const sinkFailed = Promise.withResolvers<Error>();

  const asked = new Map<Seq, number>();
  const provisioner: Provisioner = {
    async provision(device, mark, stop) {
      const attempt = (asked.get(device.seq) ?? 0) + 1;
      asked.set(device.seq, attempt);
      inFlight.enter();
      try {
        mark("connected");
        mark("accepted");
        mark("sent");
        clock.advance(options.blocks?.(device.seq) ?? 0);
        await sleepFor(clock, options.latency?.(device.seq) ?? 1_000, stop);
        if (stop.aborted) throw new WireError("aborted", "stopped");
        const answer = options.answer?.(device.seq, attempt) ?? "success";
        if (answer === "bug") throw new TypeError("a bug");
        if (answer === "rejected") {
          mark("answered");
          return { status: "FAILURE", message: "Failed to provision device!" };
        }
        if (answer === "unreadable-answer") mark("answered");
        if (answer !== "success") throw new WireError(answer, "as the test asks");
        mark("answered", undefined, options.waited);
        return { status: "SUCCESS", credentials: options.credentials?.(device.seq) ?? tokenOf(device.seq) };
      } finally {
        inFlight.leave();
      }
    },
    close: () => Promise.resolve(),
  };

  const login: Login = {
    async login(credentials, mark, stop) {
      logins.enter();
      loginsSoFar += 1;
      const thisLogin = loginsSoFar;
      mark("connected");
      await sleepFor(clock, 500, stop);
      logins.leave();
      if (thisLogin === options.brokenLogin) throw new TypeError("a bug");
      if (stop.aborted) {
        return { verdict: { state: "unreachable", kind: "connection-reset", detail: "stopped" }, session: undefined };
      }
      const fails = options.loginFails?.(thisLogin);
      if (fails !== undefined) {
        return { verdict: { state: "unreachable", kind: fails, detail: "as the test asks" }, session: undefined };
      }
      if (!(options.admits ?? rightToken)(credentials)) {
        return { verdict: { state: "refused", code: 5, reason: "5 not authorised" }, session: undefined };
      }
      mark("admitted");
      return { verdict: { state: "connected" }, session: plan.rollCall.hold > 0 ? openSession(thisLogin) : undefined };
    },
    close: () => Promise.resolve(),
  };

  function openSession(number: number): HeldSession {
    sessions.enter();
    const lost = Promise.withResolvers<string>();
    const after = options.loses?.(number);
    if (after !== undefined) {
      void sleepFor(clock, after, over.signal).then(() => {
        sessions.leave();
        lost.resolve("closed by the server");
      });
    }
    return {
      lost: lost.promise,
      async close() {
        sessions.leave();
      },
    };
  }

  const fleet = createFleet(plan);
  const deps: ShardDeps = {
    plan,
    shard: options.shard ?? { index: 0, count: 1 },
    clock,
    fleet: {
      device(seq, attempt) {
        if (seq === options.brokenFleet) throw new TypeError("a bug");
        return fleet.device(seq, attempt);
      },
    },
    schedule: (phase) => createSchedule(phase.shape, phase.devices, plan.fleet.seed),
    provisioner,
    login: plan.rollCall.when === "off" ? undefined : login,
    sink: {
      add(entry) {
        entries.push(entry);
        if (entry.kind === "issued") issued.push(entry);
      },
      failed: sinkFailed.promise,
      close: () => Promise.resolve(),
    },
    barrier: {
      async arrive(_stage, stop) {
        await sleepFor(clock, options.barrierWait ?? 0, stop);
        return us(Math.max(0, clock.now()));
      },
    },
    async *issued() {
      yield* issued;
    },
    breathe: () => undefined,
    gather: () => undefined,
    stops: { drain: drain.signal, abort: abort.signal },
  };
  const at = (time: number | undefined, then: () => void) =>
    time === undefined ? undefined : clock.sleepUntil(us(time), over.signal).then(then);
  void at(options.drainAt, () => drain.abort());
  void at(options.abortAt, () => abort.abort());
  void at(options.sinkFailsAt, () => sinkFailed.resolve(new Error("no space left on device")));
  try {
    const { progress, done } = runShard(deps);
    const end = await clock.drive(done.catch((bug: unknown) => ({ bug })));
    return {
      plan,
      end,
      entries: [...entries],
      outcomes: entries.flatMap((entry) => (entry.kind === "outcome" ? [entry.outcome] : [])),
      attempts: entries.flatMap((entry) => (entry.kind === "attempt" ? [entry.outcome] : [])),
      calls: entries.flatMap((entry) => (entry.kind === "roll-call" ? [entry.entry] : [])),
      mostInFlight: inFlight.most(),
      mostLogins: logins.most(),
      progress,
      left: { inFlight: inFlight.now(), logins: logins.now(), sessions: sessions.now() },
      clock,
    };
  } finally {
    over.abort();
  }
}

export function tokenOf(seq: number): Issued["credentials"] {
  return { type: "ACCESS_TOKEN", token: new Secret(`token-${seq}`) };
}

function rightToken(credentials: Issued["credentials"]): boolean {
  return credentials.type === "ACCESS_TOKEN" && /^token-\d+$/.test(credentials.token.reveal());
}

function counter() {
  let now = 0;
  let most = 0;
  return {
    enter() {
      now += 1;
      most = Math.max(most, now);
    },
    leave() {
      now -= 1;
    },
    now: () => now,
    most: () => most,
  };
}
