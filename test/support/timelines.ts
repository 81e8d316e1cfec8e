import type { Outcome } from "../../src/model/outcome.ts";
import type { PercentileCurve, Timeline, TimelineSpan } from "../../src/model/timeline.ts";
import { seq, us } from "../../src/model/units.ts";
import {
  addHealthToSeconds,
  addLoginToSeconds,
  addToSeconds,
  type SecondTallies,
} from "../../src/summary/second-tally.ts";
import { timelineOf } from "../../src/summary/timeline.ts";
import { createRandom } from "./random.ts";

/** One phase of a made-up run. Times in seconds; `capacity`: answers a second, the rest waits. */
export interface MadePhase {
  readonly name: string;
  readonly from: number;
  readonly seconds: number;
  /** Planned arrivals a second, `at` seconds after the beginning of the phase. */
  readonly rate: (at: number) => number;
  readonly open?: boolean;
  readonly warmup?: boolean;
  readonly capacity?: number;
  readonly roundTripMs?: number;
  /** Of a hundred devices so many wait in vain, and so many are told no. */
  readonly timeouts?: number;
  readonly rejected?: number;
}

/** Made-up runs as journals would give them: the same each time. */
export function madeTallies(phases: readonly MadePhase[], generators = 1): SecondTallies {
  const tallies: SecondTallies = new Map();
  const random = createRandom(7);
  let index = 0;
  for (const [phase, made] of phases.entries()) {
    const { from, seconds, rate, capacity = Infinity, roundTripMs = 50, timeouts = 0, rejected = 0 } = made;
    let free = from;
    let at = 0;
    // A sum of fractions comes near a whole number, and not always from the same side.
    while (at < seconds - 1e-6) {
      const started = from + at;
      at += 1 / rate(at);
      free = Math.max(free, started) + 1 / capacity;
      const answered = Math.max(free, started) + (roundTripMs / 1_000) * (0.8 + 0.6 * random());
      const lot = random() * 100;
      addToSeconds(tallies, outcomeOf(index, phase, started, answered, lot < timeouts, lot > 100 - rejected));
      index += 1;
    }
  }
  const end = Math.ceil(Math.max(...phases.map(({ from, seconds }) => from + seconds)));
  for (let second = 1; second <= end; second += 1) {
    for (let generator = 0; generator < generators; generator += 1) {
      addHealthToSeconds(tallies, generator, {
        at: us(second * 1e6),
        phase: 0,
        eventLoopUtilisation: 0.2 + 0.1 * generator + 0.1 * random(),
        eventLoopDelayP99: us(1_000 + Math.round(2_000 * random())),
        latenessP99: us(500),
        started: 10,
        planned: 10,
        gcPause: us(0),
        cpuShare: 0.3,
        residentBytes: 5e7,
        inFlight: 1,
        held: 0,
        localErrors: 0,
      });
    }
  }
  return tallies;
}

export function madeTimeline(
  phases: readonly MadePhase[],
  options: { readonly generators?: number; readonly logins?: number; readonly refused?: number } = {},
): Timeline {
  const tallies = madeTallies(phases, options.generators);
  const spans = phases.map(({ name, from, seconds, open = true, warmup = false }, phase): TimelineSpan => ({
    kind: "phase",
    phase,
    name,
    warmup,
    open,
    from,
    to: from + seconds,
  }));
  const end = Math.max(...spans.map(({ to }) => to)) + 1;
  const { logins = 0, refused = 0 } = options;
  for (let login = 0; login < logins; login += 1) {
    const started = us(Math.round((end + login / 500) * 1e6));
    addLoginToSeconds(tallies, {
      seq: seq(login),
      name: undefined,
      started,
      marks: {},
      ended: us(started + 50_000),
      verdict: login < refused ? { state: "refused", code: 5, reason: "5 not authorised" } : { state: "connected" },
      when: "after",
    });
  }
  const rollCall: readonly TimelineSpan[] =
    logins === 0
      ? []
      : [
          {
            kind: "roll-call",
            phase: -1,
            name: "roll call",
            warmup: false,
            open: false,
            from: end,
            to: end + logins / 500,
          },
        ];
  const timeline = timelineOf(tallies, [...spans, ...rollCall]);
  if (timeline === undefined) throw new Error("nothing happened in it");
  return timeline;
}

export function madeCurves(phase: number, medianMs: number, clocks = 2): readonly PercentileCurve[] {
  return (["roundTrip", "responseTime"] as const).slice(0, clocks).map((metric, index) => ({
    phase,
    metric,
    points: [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999].map((q) => {
      const value = medianMs * (0.7 + 0.3 * -Math.log2(1 - q)) * (1 + 0.2 * index);
      return {
        q,
        value: us(Math.round(value * 1e3)),
        low: us(Math.round(value * 970)),
        high: us(Math.round(value * 1_040)),
      };
    }),
  }));
}

function outcomeOf(
  index: number,
  phase: number,
  started: number,
  answered: number,
  isLost: boolean,
  isRejected: boolean,
): Outcome {
  const [begin, end] = [us(Math.round(started * 1e6)), us(Math.round(answered * 1e6))];
  const common = { seq: seq(index), name: undefined, phase, intended: begin, started: begin, misbehaviour: undefined };
  const sent = us(begin + 2_500);
  const marks = { connected: us(begin + 400), accepted: us(begin + 2_000), sent };
  if (isLost) {
    const result = { state: "failed", kind: "answer-timeout", detail: "", unknown: true } as const;
    return { ...common, marks, ended: us(begin + 5_000_000), result };
  }
  const whole = { ...marks, acknowledged: us(end - 500), answered: end };
  if (isRejected) {
    return { ...common, marks: whole, ended: end, result: { state: "rejected", status: "FAILURE", message: "" } };
  }
  return { ...common, marks: whole, ended: end, result: { state: "provisioned", credentialsType: "ACCESS_TOKEN" } };
}
