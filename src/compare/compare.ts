import { ownShareOf, quantileOf } from "../model/figures.ts";
import { floorAt } from "../model/calibration.ts";
import { EXIT, type ExitCode } from "../model/error.ts";
import type { Summary } from "../model/summary.ts";
import type { Comparison, ComparisonVerdict, MetricComparison, Policy, SideFacts } from "./comparison.ts";
import { hodgesLehmann, medianOfSorted } from "./hodges-lehmann.ts";
import { holm } from "./holm.ts";
import { mannWhitney, smallestP } from "./mann-whitney.ts";
import { COMPARED_METRICS, type ComparedMetric } from "./metrics.ts";
import { comparisonWarnings } from "./warnings.ts";

/** Fewer runs a side are never compared, whatever the level. */
const FEWEST_RUNS = 4;

export const DEFAULT_POLICY: Policy = { level: 0.05, minimumEffect: 0.05, floor: null };

interface Measured {
  readonly metric: ComparedMetric;
  readonly base: readonly number[];
  readonly candidate: readonly number[];
  /** The most that a generator of any of these runs may have added to the quantile; 0: not known, or no quantile. */
  readonly ownShare: number;
}

/**
 * Compares two sets of runs of one plan; the run is the sample. Per metric Mann-Whitney, the Hodges-Lehmann shift with
 * its interval, Holm over the metrics. Call `refusals` first: this function assumes that the runs may be compared.
 * `forced`: in what their plans differ all the same.
 */
export function compareRuns(
  base: readonly Summary[],
  candidate: readonly Summary[],
  policy: Policy,
  forced?: string,
): Comparison {
  const measured = COMPARED_METRICS.map((metric) => ({
    metric,
    base: figures(metric, base),
    candidate: figures(metric, candidate),
    ownShare: Math.max(0, ...[...base, ...candidate].map((run) => ownShareIn(metric, run))),
  })).filter((m) => m.base.length > 0 && m.candidate.length > 0);
  const tested = measured.filter((m) => enough(m, policy, measured.length));
  const p = tested.map((m) => mannWhitney(m.base, m.candidate).p);
  // Metrics with too few runs still count in the correction: which ones are tested must not depend on the data.
  const adjusted = holm([...p, ...Array.from({ length: measured.length - tested.length }, () => 1)]);
  const metrics = measured.map((m) => {
    const at = tested.indexOf(m);
    return at === -1 ? untested(m, policy, measured.length) : judged(m, policy, p[at] ?? 1, adjusted[at] ?? 1);
  });
  return {
    version: 1,
    base: sideFacts(base),
    candidate: sideFacts(candidate),
    policy,
    metrics,
    warnings: [...(forced === undefined ? [] : [forced]), ...comparisonWarnings(base, candidate, policy)],
    verdict: overall(metrics),
  };
}

/** Runs a side without which no difference, however large, could pass the corrected level. */
export function runsNeeded(policy: Policy, metrics: number): number {
  let n = FEWEST_RUNS;
  while (smallestP(n) > policy.level / metrics) n += 1;
  return n;
}

/** Runs a side from which on a difference can be told at the default level, whichever figures the runs have. */
export const RUNS_TO_DECIDE = runsNeeded(DEFAULT_POLICY, COMPARED_METRICS.length);

/** 3: a regression; 6: too few runs to tell of every figure that there is none. */
export function exitCodeOf({ verdict }: Pick<Comparison, "verdict">): ExitCode {
  switch (verdict) {
    case "regression":
      return EXIT.threshold;
    case "not-enough-runs":
      return EXIT.undecided;
    case "improvement":
    case "no-change":
      return EXIT.pass;
  }
}

function enough(m: Measured, policy: Policy, metrics: number): boolean {
  return Math.min(m.base.length, m.candidate.length) >= runsNeeded(policy, metrics);
}

function untested(m: Measured, policy: Policy, metrics: number): MetricComparison {
  return {
    ...described(m, policy),
    shift: null,
    p: null,
    adjustedP: null,
    verdict: "not-enough-runs",
    excludesBeyond: null,
    runsNeeded: runsNeeded(policy, metrics),
  };
}

function judged(m: Measured, policy: Policy, p: number, adjustedP: number): MetricComparison {
  const facts = described(m, policy);
  const shift = hodgesLehmann(m.base, m.candidate, 1 - policy.level);
  const real = adjustedP <= policy.level && Math.abs(shift.estimate) > facts.threshold;
  const worse = m.metric.worse === "higher" ? shift.estimate > 0 : shift.estimate < 0;
  const verdict: ComparisonVerdict = !real ? "no-change" : worse ? "regression" : "improvement";
  return {
    ...facts,
    shift,
    p,
    adjustedP,
    verdict,
    excludesBeyond: real ? null : Math.max(Math.abs(shift.low), Math.abs(shift.high)),
    runsNeeded: null,
  };
}

function described(m: Measured, policy: Policy) {
  const baseMedian = median(m.base);
  const { q } = m.metric;
  const floor = q === undefined || policy.floor === null ? 0 : (floorAt(policy.floor, q) ?? 0);
  return {
    metric: m.metric.name,
    unit: m.metric.unit,
    worse: m.metric.worse,
    base: m.base,
    candidate: m.candidate,
    baseMedian,
    candidateMedian: median(m.candidate),
    threshold: Math.max(policy.minimumEffect * Math.abs(baseMedian), m.metric.minimumAbsolute, floor, m.ownShare),
  };
}

function overall(metrics: readonly MetricComparison[]): ComparisonVerdict {
  const verdicts = new Set(metrics.map((metric) => metric.verdict));
  if (verdicts.has("regression")) return "regression";
  if (metrics.length === 0 || verdicts.has("not-enough-runs")) return "not-enough-runs";
  return verdicts.has("improvement") ? "improvement" : "no-change";
}

function ownShareIn({ q }: ComparedMetric, { measured }: Summary): number {
  const quantile = q === undefined ? undefined : quantileOf(measured.latencies.roundTrip.withTimeouts, q);
  return (quantile && ownShareOf(quantile)) ?? 0;
}

function figures(metric: ComparedMetric, runs: readonly Summary[]): readonly number[] {
  return runs.map(metric.of).filter((value) => value !== null);
}

function sideFacts(runs: readonly Summary[]): SideFacts {
  return {
    runs: runs.map((summary) => summary.run.id),
    target: runs[0]?.run.target.url ?? "",
    planHash: runs[0]?.run.planHash ?? "",
  };
}

function median(values: readonly number[]): number {
  return medianOfSorted([...values].sort((a, b) => a - b));
}
