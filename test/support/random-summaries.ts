import type { Latency, Summary } from "../../src/model/summary.ts";
import { us, type Us } from "../../src/model/units.ts";
import { goodRun } from "./summaries.ts";

/** Mulberry32: uniform in [0, 1), from a seed. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Standard normal, by Box and Muller. */
function normal(seed: number): () => number {
  const draw = uniform(seed);
  return () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}

/**
 * `count` runs of one plan whose round trips are `slower` times as long. Runs differ as real ones do: 3 % as a whole and
 * each quantile by another 2 %, and the share of failures by a fifth.
 */
export function randomRuns(seed: number, count: number, slower = 1): readonly Summary[] {
  const z = normal(seed);
  return Array.from({ length: count }, (_, index) => {
    const good = goodRun();
    const whole = slower * Math.exp(0.03 * z());
    const { latencies } = good.measured;
    const roundTrip = { ...latencies.roundTrip, withTimeouts: scaled(latencies.roundTrip.success, whole, z) };
    return {
      ...good,
      run: { ...good.run, id: `run-${seed}-${index}` },
      measured: {
        ...good.measured,
        failureRate: 0.01 * Math.exp(0.2 * z()),
        latencies: { ...latencies, roundTrip },
      },
    };
  });
}

function scaled(latency: Latency, whole: number, z: () => number): Latency {
  const times = (value: Us | null, factor: number) => (value === null ? null : us(Math.round(value * factor)));
  return {
    ...latency,
    quantiles: latency.quantiles.map((quantile) => ({
      ...quantile,
      value: times(quantile.value, whole * Math.exp(0.02 * z())),
    })),
  };
}
