import { describe, expect, it } from "vitest";
import { type Background, createBackground } from "../../../src/generator/background.ts";
import type { BackgroundPlan, BackgroundStage } from "../../../src/model/background.ts";
import type { Entry } from "../../../src/model/entry.ts";
import type { RetryPlan } from "../../../src/model/retry-plan.ts";
import type { Admission, HeldSession } from "../../../src/model/ports.ts";
import { seq, us } from "../../../src/model/units.ts";
import { tokenOf } from "../../support/shard-harness.ts";
import { createVirtualClock, sleepFor, type VirtualClock } from "../../support/virtual-clock.ts";

const SECOND = 1_000_000;
const never = new AbortController().signal;
const LOAD: BackgroundStage = { kind: "load", phase: 0 };

const PLAN: BackgroundPlan = {
  run: "e21431",
  folder: "/results/e21431",
  devices: 4,
  publish: "telemetry",
  every: us(4 * SECOND),
  settle: us(8 * SECOND),
  connectRate: 2,
};

interface Options {
  readonly retry?: RetryPlan;
  /** What a login comes to, by number from 1; default: a session. */
  readonly login?: (number: number) => Admission["verdict"] | undefined;
  /** How long after its login a session is lost, by the login's number; default: never. */
  readonly loses?: (number: number) => number | undefined;
  readonly load: (background: Background, clock: VirtualClock) => Promise<void>;
  readonly drain?: AbortSignal;
  readonly abort?: AbortSignal;
  readonly clock?: VirtualClock;
}

async function runIt(options: Options) {
  const clock = options.clock ?? createVirtualClock();
  const entries: Entry[] = [];
  const over = new AbortController();
  const { drain = never, abort = never } = options;
  let [logins, open] = [0, 0];

  function openSession(number: number): HeldSession {
    open += 1;
    const lost = Promise.withResolvers<string>();
    const after = options.loses?.(number);
    if (after !== undefined) {
      void sleepFor(clock, after, over.signal).then(() => {
        if (over.signal.aborted) return;
        open -= 1;
        lost.resolve("closed by the server");
      });
    }
    return {
      lost: lost.promise,
      async close() {
        open -= 1;
      },
      publish: (heard) => void sleepFor(clock, 2_000, never).then(() => heard(undefined)),
    };
  }

  const background = createBackground({
    plan: PLAN,
    seed: 1,
    retry: options.retry,
    deadline: us(5 * SECOND),
    devices: [0, 1, 2, 3].map((index) => ({
      index,
      issued: { seq: seq(10 + index), name: `old-${index}`, credentials: tokenOf(index) },
    })),
    login: {
      async login(_credentials, mark, stop) {
        logins += 1;
        const number = logins;
        mark("connected");
        await sleepFor(clock, 1_000, stop);
        const verdict = options.login?.(number) ?? { state: "connected" };
        if (stop.aborted) {
          return { verdict: { state: "unreachable", kind: "connection-reset", detail: "stopped" }, session: undefined };
        }
        if (verdict.state === "connected") mark("admitted");
        return { verdict, session: verdict.state === "connected" ? openSession(number) : undefined };
      },
      close: () => Promise.resolve(),
    },
    routes: undefined,
    clock,
    sink: { add: (entry) => entries.push(entry), failed: new Promise(() => undefined), close: () => Promise.resolve() },
    barrier: { arrive: async () => clock.now() },
    breathe: () => undefined,
    onSent: () => undefined,
    onWait: () => undefined,
    onBug: (error) => {
      throw error;
    },
  });
  const work = (async () => {
    await background.begin(drain, abort);
    await options.load(background, clock);
    await background.end(drain, abort);
    over.abort();
  })();
  await clock.drive(work);
  return {
    logins: entries.flatMap((entry) => (entry.kind === "background-login" ? [entry.entry] : [])),
    losses: entries.flatMap((entry) => (entry.kind === "background-loss" ? [entry.entry] : [])),
    tallies: entries.flatMap((entry) => (entry.kind === "messages" ? [entry.tally] : [])),
    open,
    clock,
  };
}

const tenSeconds = async (background: Background, clock: VirtualClock): Promise<void> => {
  background.enter(LOAD, clock.now());
  await sleepFor(clock, 12 * SECOND, never);
};

function countOf(
  run: Awaited<ReturnType<typeof runIt>>,
  kind: BackgroundStage["kind"],
  key: "intended" | "acknowledged",
) {
  return run.tallies
    .filter(({ stage }) => stage.kind === kind)
    .reduce((sum, tally) => sum + (key === "intended" ? tally.intended : tally.acknowledged.roundTrips.length), 0);
}

describe("a background", () => {
  it("connects at its rate, is there before, during and after the load, and leaves", async () => {
    const run = await runIt({ load: tenSeconds });
    expect(run.logins.map(({ intended, started, verdict }) => [intended, started, verdict.state])).toEqual(
      [0, 1, 2, 3].map((index) => [index * 0.5 * SECOND, index * 0.5 * SECOND, "connected"]),
    );
    // Four devices, each every 4 s: a message a second, and those of the round that begins with a stage are of that stage.
    expect(countOf(run, "before", "acknowledged")).toBe(8);
    expect(countOf(run, "load", "acknowledged")).toBe(12);
    expect(countOf(run, "after", "intended")).toBe(8);
    expect(run.losses).toEqual([]);
    expect(run.open).toBe(0);
  });

  it("goes on without those that cannot connect, each with its verdict", async () => {
    const run = await runIt({
      load: tenSeconds,
      login: (number) =>
        number === 2
          ? { state: "refused", code: 5, reason: "5 not authorised" }
          : number === 3
            ? { state: "unreachable", kind: "connect-timeout", detail: "no connection" }
            : undefined,
    });
    expect(run.logins.map(({ name, verdict }) => [name, verdict.state])).toEqual([
      ["old-0", "connected"],
      ["old-1", "refused"],
      ["old-2", "unreachable"],
      ["old-3", "connected"],
    ]);
    expect(countOf(run, "load", "intended")).toBe(6);
    expect(run.open).toBe(0);
  });

  it("tells when a session was lost, and does not bring it back without a policy", async () => {
    const run = await runIt({ load: tenSeconds, loses: (number) => (number === 1 ? 15 * SECOND : undefined) });
    expect(run.losses).toEqual([{ seq: 10, name: "old-0", at: 15 * SECOND + 1_000, reason: "closed by the server" }]);
    expect(run.logins).toHaveLength(4);
    const offline = run.tallies.reduce((sum, { ended }) => sum + (ended.offline ?? 0), 0);
    expect(offline).toBeGreaterThan(0);
    expect(run.open).toBe(0);
  });

  it("brings it back by the policy of the fleet, and it publishes again", async () => {
    const retry: RetryPlan = {
      attempts: 3,
      backoff: { initial: us(SECOND), factor: 2, max: us(60 * SECOND) },
      jitter: 0,
      sameName: true,
    };
    const run = await runIt({ retry, load: tenSeconds, loses: (number) => (number === 1 ? 15 * SECOND : undefined) });
    const [again] = run.logins.slice(4);
    expect(again).toMatchObject({
      name: "old-0",
      verdict: { state: "connected" },
      again: { lost: 15 * SECOND + 1_000, number: 1 },
    });
    expect(run.tallies.reduce((sum, { ended }) => sum + (ended.offline ?? 0), 0)).toBe(0);
    expect(run.open).toBe(0);
  });

  it("stopped while it connects, the rest are not called and what is there leaves", async () => {
    const drain = new AbortController();
    const clock = createVirtualClock();
    void clock.sleepUntil(us(0.7 * SECOND), never).then(() => drain.abort());
    const run = await runIt({ clock, drain: drain.signal, load: () => Promise.resolve() });
    expect(run.logins.map(({ verdict }) => verdict.state)).toEqual(["connected", "connected", "uncalled", "uncalled"]);
    expect(run.open).toBe(0);
    expect(clock.now()).toBeLessThan(SECOND);
  });

  it("stopped at once, nothing is waited for and nothing stays open", async () => {
    const stop = new AbortController();
    const clock = createVirtualClock();
    void clock.sleepUntil(us(11 * SECOND), never).then(() => stop.abort());
    const run = await runIt({
      clock,
      drain: stop.signal,
      abort: stop.signal,
      load: (background) => {
        background.enter(LOAD, clock.now());
        return clock.sleepUntil(us(60 * SECOND), stop.signal);
      },
    });
    expect(clock.now()).toBe(11 * SECOND);
    expect(run.open).toBe(0);
  });
});
