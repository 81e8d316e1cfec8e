import { createFleet } from "../../src/fleet/fleet.ts";
import { type ShardDeps, runShard } from "../../src/generator/run-shard.ts";
import type { Entry, Issued } from "../../src/model/entry.ts";
import type { FailureKind, Outcome, RollCallEntry } from "../../src/model/outcome.ts";
import type { Login, Provisioner, Shard } from "../../src/model/ports.ts";
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
  readonly answer?: (seq: Seq) => Answer;
  readonly admits?: (credentials: Issued["credentials"]) => boolean;
  /** Virtual times at which the user presses Ctrl-C for the first and the second time. */
  readonly drainAt?: number;
  readonly abortAt?: number;
  /** How long the other generators keep this one waiting at each barrier. */
  readonly barrierWait?: number;
}

export interface HarnessRun {
  readonly plan: Plan;
  readonly end: "complete" | "interrupted";
  readonly entries: readonly Entry[];
  readonly outcomes: readonly Outcome[];
  readonly calls: readonly RollCallEntry[];
  readonly mostInFlight: number;
  readonly mostLogins: number;
  readonly clock: VirtualClock;
}

/** Runs one shard in virtual time against a server in memory that implements the ports. */
export async function runHarness(options: HarnessOptions): Promise<HarnessRun> {
  const { plan } = load(`name: test\nprovisioning: { key: k, secret: s }\n${options.scenario}`);
  const clock = createVirtualClock(-1_000);
  const entries: Entry[] = [];
  const issued: Issued[] = [];
  const inFlight = counter();
  const logins = counter();
  const drain = new AbortController();
  const abort = new AbortController();
  const over = new AbortController();

  const provisioner: Provisioner = {
    async provision(device, mark, stop) {
      inFlight.enter();
      try {
        mark("connected");
        mark("accepted");
        mark("sent");
        await sleepFor(clock, options.latency?.(device.seq) ?? 1_000, stop);
        if (stop.aborted) throw new WireError("aborted", "stopped");
        const answer = options.answer?.(device.seq) ?? "success";
        if (answer === "bug") throw new TypeError("a bug");
        if (answer === "rejected") {
          mark("answered");
          return { status: "FAILURE", message: "Failed to provision device!" };
        }
        if (answer !== "success") throw new WireError(answer, "as the test asks");
        mark("answered");
        return { status: "SUCCESS", credentials: { type: "ACCESS_TOKEN", token: new Secret(`token-${device.seq}`) } };
      } finally {
        inFlight.leave();
      }
    },
    close: () => Promise.resolve(),
  };

  const login: Login = {
    async login(credentials, mark, stop) {
      logins.enter();
      mark("connected");
      await sleepFor(clock, 500, stop);
      logins.leave();
      if (stop.aborted) {
        return { verdict: { state: "unreachable", kind: "connection-reset", detail: "stopped" }, session: undefined };
      }
      if (!(options.admits ?? rightToken)(credentials)) {
        return { verdict: { state: "refused", code: 5, reason: "5 not authorised" }, session: undefined };
      }
      mark("admitted");
      const session = { lost: new Promise<string>(() => undefined), close: () => Promise.resolve() };
      return { verdict: { state: "connected" }, session: plan.rollCall.hold > 0 ? session : undefined };
    },
    close: () => Promise.resolve(),
  };

  const deps: ShardDeps = {
    plan,
    shard: options.shard ?? { index: 0, count: 1 },
    clock,
    fleet: createFleet(plan),
    schedule: (phase) => createSchedule(phase.shape, phase.devices, plan.fleet.seed),
    provisioner,
    login: plan.rollCall.when === "off" ? undefined : login,
    sink: {
      add(entry) {
        entries.push(entry);
        if (entry.kind === "issued") issued.push(entry);
      },
      failed: new Promise(() => undefined),
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
    stops: { drain: drain.signal, abort: abort.signal },
  };
  const pressed = (at: number | undefined, control: AbortController) =>
    at === undefined ? undefined : clock.sleepUntil(us(at), over.signal).then(() => control.abort());
  void pressed(options.drainAt, drain);
  void pressed(options.abortAt, abort);
  try {
    const end = await clock.drive(runShard(deps).done);
    return {
      plan,
      end,
      entries,
      outcomes: entries.flatMap((entry) => (entry.kind === "outcome" ? [entry.outcome] : [])),
      calls: entries.flatMap((entry) => (entry.kind === "roll-call" ? [entry.entry] : [])),
      mostInFlight: inFlight.most(),
      mostLogins: logins.most(),
      clock,
    };
  } finally {
    over.abort();
  }
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
    most: () => most,
  };
}
