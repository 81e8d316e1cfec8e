import { quantileOf } from "../model/figures.ts";
import type { Summary } from "../model/summary.ts";

/** One figure of a run that two sets of runs are compared by. */
export interface ComparedMetric {
  readonly name: string;
  readonly unit: "us" | "ratio" | "per-second";
  readonly worse: "higher" | "lower";
  /** For shares, where a relative change of almost nothing means nothing: the smallest absolute change that counts. */
  readonly minimumAbsolute: number;
  /** Given where the metric is a quantile of the round trip; undefined: it is something else. */
  readonly q?: number;
  /** Null: this run has no such figure (too few samples, or not defined under its load). */
  readonly of: (summary: Summary) => number | null;
}

/** Time-outs included: a server that stops answering must not look faster. */
const roundTrip = (q: number) => (summary: Summary) =>
  quantileOf(summary.measured.latencies.roundTrip.withTimeouts, q)?.value ?? null;

const latency = (label: string, q: number): ComparedMetric => ({
  name: `round trip ${label}`,
  unit: "us",
  worse: "higher",
  minimumAbsolute: 0,
  q,
  of: roundTrip(q),
});

export const COMPARED_METRICS: readonly ComparedMetric[] = [
  latency("p50", 0.5),
  latency("p90", 0.9),
  latency("p99", 0.99),
  latency("p99.9", 0.999),
  {
    name: "failure rate",
    unit: "ratio",
    worse: "higher",
    minimumAbsolute: 0.001,
    of: (summary) => summary.measured.failureRate,
  },
  {
    name: "capacity",
    unit: "per-second",
    worse: "lower",
    minimumAbsolute: 0,
    // Under open load the rate is the scenario's, not the server's.
    of: (summary) => (summary.measured.plannedRate === null ? summary.measured.provisionedRate : null),
  },
];
