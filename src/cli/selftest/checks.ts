import type { Summary } from "../../model/summary.ts";
import { type Experiment, FREEZE_SECONDS, measure, type Measurement } from "./measure.ts";

/** One statement about the instrument, and what came of it. */
export interface Finding {
  readonly statement: string;
  readonly expected: string;
  readonly measured: string;
  readonly holds: boolean;
}

interface Check {
  readonly name: string;
  readonly experiment: Experiment;
  readonly judge: (measurement: Measurement) => readonly Finding[];
}

/** What a round trip takes on its own: the simulator's timers tick in milliseconds, and two processes share the machine. */
const FLOOR_MS = 6;
/** A histogram keeps three digits; a quantile of a thousand samples is itself uncertain by a few percent. */
const SAMPLING = 0.08;
const SLOW_US = 100_000;
const PAUSE_RATE = 50;
const FROZEN = { rate: PAUSE_RATE, devices: 400, simulator: { preset: "instant" } } as const;
const LOST = { share: 0.05, devices: 1_000 };
const CAPACITY = 100;

const delays: readonly (readonly [string, NonNullable<Experiment["simulator"]["service"]>["provision"], Quantiles])[] =
  [
    ["fixed 50 ms", { kind: "fixed", ms: 50 }, { 0.5: 50, 0.9: 50 }],
    ["uniform 20 to 120 ms", { kind: "uniform", minMs: 20, maxMs: 120 }, { 0.5: 70, 0.9: 110 }],
    // exp(0.5 z) with z of 0.9: 1.2816.
    ["lognormal, median 40 ms, sigma 0.5", { kind: "lognormal", medianMs: 40, sigma: 0.5 }, { 0.5: 40, 0.9: 75.9 }],
  ];
type Quantiles = Readonly<Record<number, number>>;

const checks: readonly Check[] = [
  ...delays.map(([name, provision, quantiles]): Check => ({
    name: `service time ${name}`,
    experiment: {
      rate: 100,
      devices: 500,
      simulator: { preset: "instant", service: { workers: 1_000, ...(provision === undefined ? {} : { provision }) } },
    },
    judge: ({ summary }) =>
      Object.entries(quantiles).map(([q, ms]) => {
        const found = quantileMs(summary, Number(q));
        const [low, high] = [ms * (1 - SAMPLING), ms * (1 + SAMPLING) + FLOOR_MS];
        return {
          statement: `${name}: p${Number(q) * 100}`,
          expected: `${low.toFixed(1)} to ${high.toFixed(1)} ms`,
          measured: `${found.toFixed(1)} ms`,
          holds: found >= low && found <= high,
        };
      }),
  })),
  {
    name: "server stands still for 2 s",
    experiment: { ...FROZEN, freeze: "server" },
    judge: ({ outcomes }) => [
      countOf("server still for 2 s: slow response times", outcomes.filter(slowSince("intended")).length),
      countOf("server still for 2 s: slow service times", outcomes.filter(slowSince("started")).length),
    ],
  },
  {
    name: "generator stands still for 2 s",
    experiment: { ...FROZEN, freeze: "generator" },
    judge: ({ summary, outcomes }) => [
      countOf("generator still for 2 s: slow response times", outcomes.filter(slowSince("intended")).length),
      {
        statement: "generator still for 2 s: grade of the run",
        expected: "degraded or void",
        measured: summary.validity.grade,
        holds: summary.validity.grade !== "valid",
      },
    ],
  },
  {
    name: "overload",
    experiment: {
      rate: 2 * CAPACITY,
      devices: 800,
      simulator: {
        preset: "instant",
        service: { cores: 1, provision: { kind: "fixed", ms: 1_000 / CAPACITY } },
      },
    },
    judge: ({ summary }) => {
      const rate = summary.measured.provisionedRate ?? 0;
      const worst = (summary.measured.latencies.responseTime.success.max ?? 0) / 1e6;
      return [
        within(`twice the capacity of ${CAPACITY}/s: rate`, rate, CAPACITY, 0.15, "/s"),
        within("twice the capacity: longest response time", worst, 4, 0.25, " s"),
      ];
    },
  },
  {
    name: "lost answers",
    experiment: {
      rate: 200,
      devices: LOST.devices,
      answerSeconds: 1,
      simulator: { preset: "instant", faults: [{ kind: "drop", rate: LOST.share }] },
    },
    judge: ({ summary, outcomes }) => {
      const { roundTrip } = summary.measured.latencies;
      const lost = outcomes.filter(
        ({ result }) => result.state === "failed" && result.kind === "answer-timeout",
      ).length;
      const p99 = quantileMs(summary, 0.99);
      return [
        within("5 % of answers lost: time-outs", lost, LOST.share * LOST.devices, 0.45, ""),
        {
          statement: "5 % of answers lost: time-outs in the histogram",
          expected: String(lost),
          measured: String(roundTrip.timeouts),
          holds: roundTrip.timeouts === lost,
        },
        {
          statement: "5 % of answers lost: p99 is the time-out",
          expected: "at least 1000 ms",
          measured: `${p99.toFixed(0)} ms`,
          holds: p99 >= 999,
        },
      ];
    },
  },
];

/** Names of all that can be looked at, in their order. */
export const CHECKS: readonly string[] = checks.map(({ name }) => name);

/** One run after the other; a minute for all. */
export async function* selftest(
  names: readonly string[],
): AsyncGenerator<{ readonly name: string; readonly findings: readonly Finding[] }> {
  for (const { name, experiment, judge } of checks) {
    if (names.includes(name)) yield { name, findings: judge(await measure(experiment)) };
  }
}

function quantileMs({ measured }: Summary, q: number): number {
  const found = measured.latencies.roundTrip.withTimeouts.quantiles.find((quantile) => quantile.q === q)?.value;
  return found === null || found === undefined ? Number.NaN : found / 1_000;
}

function slowSince(from: "intended" | "started") {
  return (outcome: Measurement["outcomes"][number]): boolean => {
    const [begun, { answered }] = [outcome[from], outcome.marks];
    return begun !== undefined && answered !== undefined && answered - begun > SLOW_US;
  };
}

/** Those that met a pause at this rate: all but the last tenth of a second's. */
function countOf(statement: string, count: number): Finding {
  return within(statement, count, PAUSE_RATE * (FREEZE_SECONDS - SLOW_US / 1e6), 0.2, "");
}

function within(statement: string, found: number, truth: number, tolerance: number, unit: string): Finding {
  const digits = Number.isInteger(found) ? 0 : 2;
  return {
    statement,
    expected: `${truth}${unit} ± ${Math.round(tolerance * 100)} %`,
    measured: `${found.toFixed(digits)}${unit}`,
    holds: Math.abs(found - truth) <= tolerance * truth,
  };
}
