import { quantityText } from "../report/wording.ts";
import { formatPercent } from "../writing/notation.ts";
import type { Comparison, ComparisonVerdict, MetricComparison } from "./comparison.ts";

const VERDICT_TEXTS: Readonly<Record<ComparisonVerdict, string>> = {
  regression: "regression",
  improvement: "improvement",
  "no-change": "no change",
  "not-enough-runs": "not enough runs",
};

/** A figure in its unit: "54.1 ms", "0.2 %", "188.1/s"; "-" where there is none. A share may have fallen. */
export function figureText(value: number | null, unit: MetricComparison["unit"]): string {
  if (value === null) return "-";
  return unit === "ratio" && value < 0 ? `-${quantityText(-value, unit)}` : quantityText(value, unit);
}

/** With its sign, and as a share of the base where that means something: "+12.3 ms (+8.1 %)". */
export function changeText({ shift, unit, baseMedian }: MetricComparison): string {
  if (shift === null) return "-";
  const sign = shift.estimate > 0 ? "+" : "";
  const absolute = `${sign}${figureText(shift.estimate, unit)}`;
  if (unit === "ratio" || baseMedian === null || baseMedian === 0) return absolute;
  return `${absolute} (${signedPercent(shift.estimate / baseMedian)})`;
}

/** With its sign: "+8.1 %", "-0.42 %". */
function signedPercent(ratio: number): string {
  return `${ratio > 0 ? "+" : ratio < 0 ? "-" : ""}${formatPercent(Math.abs(ratio))}`;
}

export function intervalText({ shift, unit }: MetricComparison): string {
  return shift === null ? "-" : `${figureText(shift.low, unit)} to ${figureText(shift.high, unit)}`;
}

/** What the verdict on one metric says, with its number. */
export function findingText(metric: MetricComparison): string {
  switch (metric.verdict) {
    case "regression":
    case "improvement":
      return `${VERDICT_TEXTS[metric.verdict]}: ${changeText(metric)}`;
    case "no-change":
      return `no change larger than ${figureText(metric.excludesBeyond, metric.unit)} shown`;
    case "not-enough-runs":
      return `not enough runs: ${metric.runsNeeded ?? "more"} a side are needed`;
  }
}

/** One sentence on the whole. */
export function headline({ verdict, metrics, base, candidate }: Comparison): string {
  const of = (wanted: ComparisonVerdict) => metrics.filter((metric) => metric.verdict === wanted);
  const named = (wanted: ComparisonVerdict) =>
    of(wanted)
      .map((metric) => `${metric.metric} ${changeText(metric)}`)
      .join("; ");
  switch (verdict) {
    case "regression":
      return `Regression: ${named("regression")}.`;
    case "improvement":
      return `Improvement: ${named("improvement")}.`;
    case "no-change":
      return "No change: nothing that matters got worse or better.";
    case "not-enough-runs": {
      const needed = Math.max(0, ...metrics.map((metric) => metric.runsNeeded ?? 0));
      if (needed === 0) return "Nothing to compare: the runs have no figure in common.";
      const fewest = Math.min(base.runs.length, candidate.runs.length);
      const lacking = of("not-enough-runs")[0];
      // A percentile may be missing from some runs, for want of samples, where the others have it.
      const counted =
        lacking === undefined || fewest < needed
          ? `${base.runs.length} against ${candidate.runs.length}`
          : `${lacking.metric} is known of ${lacking.base.length} against ${lacking.candidate.length}`;
      return `Not enough runs to tell: ${counted}, and ${needed} a side are needed.`;
    }
  }
}
