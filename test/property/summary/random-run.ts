import fc from "fast-check";
import type { Entry } from "../../../src/model/entry.ts";
import type { HealthSample } from "../../../src/model/health.ts";
import {
  FAILURE_KINDS,
  type FailureKind,
  type Outcome,
  RETRIED_KINDS,
  type Result,
  type RollCallEntry,
  worseVerdict,
} from "../../../src/model/outcome.ts";
import type { Plan } from "../../../src/model/plan.ts";
import { seq, type Us, us } from "../../../src/model/units.ts";
import { called, claimed, healthy, outcome, phase, samplePlan } from "../../unit/summary/sample-run.ts";

/** A run as it may come out: one list of entries for each generator, and what the roll call may say of each device. */
export interface RandomRun {
  readonly plan: Plan;
  readonly entries: readonly (readonly Entry[])[];
}

const result: fc.Arbitrary<Result> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ state: "provisioned", credentialsType: "ACCESS_TOKEN" } as const) },
  fc.record({
    state: fc.constant("rejected" as const),
    status: fc.constantFrom("NOT_FOUND" as const, "FAILURE" as const),
    message: fc.string(),
  }),
  fc.record({
    state: fc.constant("failed" as const),
    kind: fc.constantFrom(...FAILURE_KINDS),
    detail: fc.string(),
    unknown: fc.boolean(),
  }),
  fc.record({ state: fc.constant("aborted" as const), unknown: fc.boolean() }),
  fc.record({
    state: fc.constant("dropped" as const),
    reason: fc.constantFrom("in-flight-cap" as const, "interrupted" as const),
  }),
);

const verdict: fc.Arbitrary<RollCallEntry["verdict"]> = fc.oneof(
  fc.constant({ state: "connected" } as const),
  fc.constant({ state: "refused", code: 5, reason: "5 not authorised" } as const),
  fc.record({
    state: fc.constant("unreachable" as const),
    kind: fc.constantFrom(...FAILURE_KINDS),
    detail: fc.string(),
  }),
  fc.constant({ state: "mute", kind: "answer-timeout", detail: "no acknowledgement" } as const),
  fc.constant({ state: "uncalled" } as const),
);

/** Failures before the last attempt; "stopped": a further one was due when the run was stopped. */
const before = fc.record({
  failures: fc.array(fc.record({ kind: fc.constantFrom(...RETRIED_KINDS), unanswered: fc.boolean() }), {
    maxLength: 3,
  }),
  cut: fc.option(fc.constantFrom("stopped" as const, "in-flight-cap" as const), { nil: undefined }),
});
const REFUSED = { state: "refused", code: 5, reason: "5 not authorised" } as const;

/** As a generator writes them: the last has the verdict on the device. */
function callsOf(index: number, verdicts: readonly RollCallEntry["verdict"][]): readonly Entry[] {
  const worst = verdicts.reduce(worseVerdict);
  return verdicts.map((verdict, at): Entry => {
    const entry = called(index, verdict);
    const more = verdicts.length - 1 - at;
    if (entry.kind !== "roll-call" || verdicts.length === 1) return entry;
    const place = `10.0.0.${at}:1883`;
    const further = more > 0 ? { more } : { device: worst };
    return { ...entry, entry: { ...entry.entry, place, issuedAt: "10.0.0.1:1883", ...further } };
  });
}

const device = fc.record({
  before,
  result,
  verdict,
  roundTrip: fc.integer({ min: 0, max: 700_000_000 }),
  /** What further places say of it, where it logs in at each. */
  elsewhere: fc.tuple(verdict, verdict),
  late: fc.integer({ min: 0, max: 100_000 }),
  named: fc.boolean(),
});

/** Of a system that tells all, some or nothing. */
const second: fc.Arbitrary<Partial<HealthSample>> = fc.record({
  phase: fc.constantFrom(-1, 0, 1),
  cpuShare: fc.double({ min: 0, max: 2, noNaN: true }),
  gcPause: fc.nat(1_000_000).map(us),
  resources: fc.record({
    openFiles: fc.option(fc.nat(100)),
    openFilesLimit: fc.option(fc.constantFrom(100, 200, 400)),
    freePorts: fc.option(fc.nat(100)),
    ports: fc.option(fc.constantFrom(100, 200, 400)),
  }),
});

const RETRY = { attempts: 4, backoff: { initial: us(1), factor: 1, max: us(1) }, jitter: 0, sameName: true };

/** The lines of one device, as a generator writes them. */
function withAttempts(
  index: number,
  change: Partial<Omit<Outcome, "seq">>,
  {
    failures,
    cut,
  }: {
    readonly failures: readonly { readonly kind: FailureKind; readonly unanswered: boolean }[];
    readonly cut: "stopped" | "in-flight-cap" | undefined;
  },
): readonly Entry[] {
  const unanswered: number[] = [];
  const lines: Entry[] = [];
  const at = change.ended ?? us(0);
  for (const [place, { kind, unanswered: left }] of failures.entries()) {
    const number = place + 1;
    if (left) unanswered.push(number);
    const attempt = { number, intended: at, started: at, unanswered: [...unanswered] };
    const from = change.source === undefined ? {} : { source: sourceOf(index + place) };
    const result = { state: "failed", kind, detail: "", unknown: unanswered.length > 0 } as const;
    const line = outcome(index, { ...change, ...from, marks: { sent: at }, attempt, result });
    if (line.kind !== "outcome") throw new Error("an outcome is one");
    lines.push({ kind: "attempt", outcome: line.outcome, again: at });
  }
  const last = lines.at(-1);
  if (cut !== undefined && last?.kind === "attempt" && last.outcome.attempt !== undefined) {
    const { outcome: failed } = last;
    const stopped = { state: "aborted", unknown: unanswered.length > 0 } as const;
    const attempt = { ...last.outcome.attempt, cut };
    return [
      ...lines,
      { kind: "outcome", outcome: { ...failed, attempt, result: cut === "stopped" ? stopped : failed.result } },
    ];
  }
  const attempt = { number: failures.length + 1, intended: at, started: at, unanswered };
  return [...lines, outcome(index, { ...change, ...(failures.length === 0 ? {} : { attempt }) })];
}

const sourceOf = (index: number): string => `10.0.0.${9 + (index % 3)}`;

const BACKGROUND = {
  run: "e21431",
  folder: "/results/e21431",
  publish: "telemetry",
  every: us(1_000_000),
  settle: us(0),
  connectRate: 10,
} as const;

/** One device of a background: its login, some messages, and for some the loss of its session. */
function backgroundOf(index: number, verdict: RollCallEntry["verdict"], roundTrip: Us, late: Us): readonly Entry[] {
  const at = us(index * 1_000);
  const device = { seq: seq(1_000 + index), name: index % 3 === 0 ? undefined : `old-${index}` };
  const login = { ...device, intended: at, started: at, marks: {}, ended: us(at + 500), verdict };
  if (verdict.state !== "connected") return [{ kind: "background-login", entry: login }];
  const times = { roundTrips: [roundTrip], responseTimes: [us(roundTrip + late)] };
  const none = { roundTrips: [], responseTimes: [] };
  const phase = index % 2;
  return [
    { kind: "background-login", entry: login },
    {
      kind: "messages",
      tally: {
        stage: index % 5 === 0 ? { kind: "before" } : { kind: "load", phase },
        second: index,
        intended: 3,
        acknowledged: phase === 0 ? times : none,
        timedOut: phase === 0 ? none : times,
        ended: { lost: 1, offline: 1 },
      },
    },
    ...(index % 4 === 0
      ? [{ kind: "background-loss", entry: { ...device, at, reason: "closed by the server" } } as const]
      : []),
  ];
}

/** Two phases, one of them warm-up; 1 to 4 generators; inline roll call or after the load. */
export const randomRun: fc.Arbitrary<RandomRun> = fc
  .record({
    seconds: fc.array(second, { maxLength: 6 }),
    devices: fc.array(device, { minLength: 1, maxLength: 60 }),
    generators: fc.integer({ min: 1, max: 4 }),
    warm: fc.integer({ min: 0, max: 20 }),
    when: fc.constantFrom("after" as const, "inline" as const),
    retries: fc.boolean(),
    each: fc.boolean(),
    proof: fc.boolean(),
    behind: fc.boolean(),
    sourced: fc.boolean(),
  })
  .map(({ seconds, devices, generators, warm, when, retries, each, proof, behind, sourced }) => {
    const warmup = Math.min(warm, devices.length);
    const { fleet } = samplePlan();
    const plan = samplePlan({
      generators,
      ...(retries ? { fleet: { ...fleet, retry: RETRY } } : {}),
      phases: [phase(0, warmup, { name: "warm", warmup: true }), phase(warmup, devices.length - warmup)],
      rollCall: {
        ...samplePlan().rollCall,
        when,
        ...(each ? { at: "each" as const } : {}),
        ...(proof ? { proof: "telemetry" as const } : {}),
      },
      ...(behind ? { background: { ...BACKGROUND, devices: devices.length } } : {}),
    });
    const entries: Entry[][] = Array.from({ length: generators }, () => [claimed(devices.length - 1), healthy(1)]);
    for (const [index, sample] of seconds.entries()) {
      entries[index % generators]?.push(healthy(index + 2, { sample }));
    }
    for (const [index, { before, result, verdict, elsewhere, roundTrip, late, named }] of devices.entries()) {
      const calls = callsOf(
        index,
        (each ? [...elsewhere, verdict] : [verdict]).map((said) => (proof || said.state !== "mute" ? said : REFUSED)),
      );
      const answered = result.state === "provisioned" || result.state === "rejected";
      const intended = index * 100_000;
      const sent = us(intended + late + 1_000);
      const change = {
        result,
        name: named ? `rc-${index}` : undefined,
        phase: index < warmup ? 0 : 1,
        started: result.state === "dropped" ? undefined : us(intended + late),
        marks: result.state === "dropped" ? {} : answered ? { sent, answered: us(sent + roundTrip) } : { sent },
        ended: us(sent + roundTrip),
        ...(sourced ? { source: sourceOf(index) } : {}),
      };
      const of = entries[index % generators];
      if (behind) of?.push(...backgroundOf(index, verdict, us(roundTrip), us(late)));
      if (retries && result.state !== "dropped") {
        const own = withAttempts(index, change, before);
        of?.push(...own);
        if (own.some((each) => each.kind === "outcome" && each.outcome.result.state === "provisioned")) {
          of?.push(...calls);
        }
      } else {
        of?.push(outcome(index, change));
        if (result.state === "provisioned") of?.push(...calls);
      }
    }
    return { plan, entries };
  });
