import type { World } from "../world.ts";
import { DISTRIBUTIONS, recovers, reported } from "./distributions.ts";
import { between, exactly, type Finding } from "./finding.ts";
import { type Experiment, FREEZE_SECONDS, measure, type Measurement } from "./measure.ts";

interface Check {
  readonly name: string;
  readonly run: (world: World) => Promise<readonly Finding[]>;
}

const SLOW_US = 100_000;
const PAUSE_RATE = 50;
const FROZEN = { rate: PAUSE_RATE, devices: 400, simulator: { preset: "instant" } } as const;
/**
 * Those that meet a pause at this rate, 2r: but not who comes in its last tenth of a second, and also who comes while the rest
 * is made up for. One of them may fall on either side of each end.
 */
const SLOW = [
  PAUSE_RATE * (FREEZE_SECONDS - SLOW_US / 1e6) - 1,
  PAUSE_RATE * (FREEZE_SECONDS + 0.3),
] as const satisfies readonly [number, number];
const LOST = { share: 0.05, devices: 1_000 };
const CAPACITY = 100;
const OVERLOAD = { rate: 2 * CAPACITY, devices: 800 };

const checks: readonly Check[] = [
  ...DISTRIBUTIONS.map(([name, distribution]): Check => ({
    name: `service time ${name}`,
    run: (world) => recovers(world, name, distribution),
  })),
  check("server stands still for 2 s", { ...FROZEN, freeze: "server" }, ({ outcomes }) => [
    slow("server still for 2 s: slow response times", outcomes.filter(slowSince("intended")).length),
    slow("server still for 2 s: slow service times", outcomes.filter(slowSince("started")).length),
  ]),
  check("generator blocked for 2 s", { ...FROZEN, freeze: "generator" }, ({ summary, outcomes }) => [
    slow("event loop blocked for 2 s: slow response times", outcomes.filter(slowSince("intended")).length),
    {
      statement: "event loop blocked for 2 s: grade of the run",
      expected: "degraded or void",
      measured: summary.validity.grade,
      holds: summary.validity.grade !== "valid",
    },
  ]),
  check(
    "overload",
    {
      ...OVERLOAD,
      simulator: { preset: "instant", service: { cores: 1, provision: { kind: "fixed", ms: 1_000 / CAPACITY } } },
    },
    ({ summary }) => {
      const { provisionedRate, latencies } = summary.measured;
      const longest = (latencies.responseTime.success.max ?? Number.NaN) / 1e6;
      // The last device arrives when half of them are served.
      const wait = OVERLOAD.devices / CAPACITY - OVERLOAD.devices / OVERLOAD.rate;
      const name = `twice the capacity of ${CAPACITY}/s`;
      return [
        between(`${name}: rate`, provisionedRate ?? Number.NaN, around(CAPACITY), { unit: "/s", digits: 1 }),
        between(`${name}: longest response time`, longest, around(wait), { unit: " s", digits: 2 }),
      ];
    },
  ),
  check(
    "lost answers",
    {
      rate: 200,
      devices: LOST.devices,
      answerSeconds: 1,
      simulator: { preset: "instant", faults: [{ kind: "drop", rate: LOST.share }] },
    },
    (measurement) => {
      const { summary, outcomes, server } = measurement;
      const lost = outcomes.filter(({ result }) => result.state === "failed" && result.kind === "answer-timeout");
      const p99 = reported(measurement, 0.99);
      return [
        exactly("5 % of answers lost: time-outs, as many as the server lost", lost.length, server.faults),
        exactly(
          "5 % of answers lost: time-outs in the histogram",
          summary.measured.latencies.roundTrip.timeouts,
          lost.length,
        ),
        {
          statement: "5 % of answers lost: p99 is the time-out",
          expected: "at least 1000 ms",
          measured: `${p99.toFixed(0)} ms`,
          holds: p99 >= 999,
        },
      ];
    },
  ),
];

/** Names of all that can be looked at, in their order. */
export const CHECKS: readonly string[] = checks.map(({ name }) => name);

/** One run after the other; a minute and a half for all. */
export async function* runChecks(
  world: World,
  names: readonly string[],
): AsyncGenerator<{ readonly name: string; readonly findings: readonly Finding[] }> {
  for (const { name, run } of checks) {
    if (names.includes(name)) yield { name, findings: await run(world) };
  }
}

function check(name: string, experiment: Experiment, judge: (measurement: Measurement) => readonly Finding[]): Check {
  return { name, run: async (world) => judge(await measure(world, experiment)) };
}

function slowSince(from: "intended" | "started") {
  return (outcome: Measurement["outcomes"][number]): boolean => {
    const [begun, { answered }] = [outcome[from], outcome.marks];
    return begun !== undefined && answered !== undefined && answered - begun > SLOW_US;
  };
}

function slow(statement: string, count: number): Finding {
  return between(statement, count, SLOW, { unit: "" });
}

/** Within 5 %: the first request comes when its connection is made, and the last answer has its way to go. */
function around(truth: number): readonly [number, number] {
  return [truth * 0.95, truth * 1.05];
}
