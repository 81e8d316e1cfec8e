import { quantileOf } from "../../model/figures.ts";
import type { SimulatorOptions } from "../../simulator/options.ts";
import { expectedQuantile, quantileAt } from "./expected-quantile.ts";
import { atMost, between, exactly, type Finding } from "./finding.ts";
import type { World } from "../world.ts";
import { type Experiment, measure, type Measurement } from "./measure.ts";

type ServiceTime = NonNullable<NonNullable<SimulatorOptions["service"]>["provision"]>;

/** A histogram keeps three significant digits. */
const HISTOGRAM_ERROR = 0.001;
const QUANTILES = [0.5, 0.9] as const;
/** A tenth of the least median below: where a generator's own delay makes a run degraded. */
const HIGHEST_FLOOR_MS = 4;

const COMMON = { rate: 100, warmup: 300 } as const;
const FLOOR: Experiment = { ...COMMON, devices: 250, simulator: { preset: "instant" } };

export const DISTRIBUTIONS: readonly (readonly [name: string, ServiceTime])[] = [
  ["fixed 50 ms", { kind: "fixed", ms: 50 }],
  ["uniform 20 to 120 ms", { kind: "uniform", minMs: 20, maxMs: 120 }],
  ["lognormal, median 40 ms, sigma 0.5", { kind: "lognormal", medianMs: 40, sigma: 0.5 }],
];

/**
 * Does the instrument report what the server did? The server, another process with a clock of its own, notes how long it had
 * each request. The way there and back is the floor: the round trip to a server that answers at once, before and after.
 */
export async function recovers(world: World, name: string, provision: ServiceTime): Promise<readonly Finding[]> {
  const before = await measure(world, FLOOR);
  const run = await measure(world, {
    ...COMMON,
    devices: 500,
    simulator: { preset: "instant", service: { workers: 1_000, provision } },
  });
  const floors = [roundTripsOf(before), roundTripsOf(await measure(world, FLOOR))];
  const served = ascending(run.server.serviceTimes);
  const raw = roundTripsOf(run);
  const off = QUANTILES.map((q) => Math.abs(reported(run, q) / quantileAt(raw, q) - 1));
  return [
    exactly(`${name}: answers`, raw.length, served.length),
    atMost(
      `${name}: floor, p50 without service`,
      Math.max(...floors.map((floor) => quantileAt(floor, 0.5))),
      HIGHEST_FLOOR_MS,
      " ms",
    ),
    ...QUANTILES.map((q): Finding => {
      const [least, most] = expectedQuantile(served, floors, q);
      const range = [least * (1 - HISTOGRAM_ERROR), most * (1 + HISTOGRAM_ERROR)] as const;
      return between(`${name}: p${q * 100}`, reported(run, q), range, { unit: " ms", digits: 1 });
    }),
    atMost(`${name}: histogram against raw values`, Math.max(...off) * 100, HISTOGRAM_ERROR * 100, " %"),
  ];
}

/** Milliseconds, ascending, of those that were answered. */
function roundTripsOf({ outcomes }: Measurement): readonly number[] {
  const all = outcomes.flatMap(({ marks: { sent, answered } }) =>
    sent === undefined || answered === undefined ? [] : [(answered - sent) / 1_000],
  );
  return ascending(all);
}

/** Milliseconds; not a number where the summary has none. */
export function reported({ summary }: Measurement, q: number): number {
  return (quantileOf(summary.measured.latencies.roundTrip.withTimeouts, q)?.value ?? Number.NaN) / 1_000;
}

const ascending = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b);
