import { us } from "../model/units.ts";
import { type Case, renderSuites } from "../writing/junit-xml.ts";
import type { Comparison, MetricComparison } from "./comparison.ts";
import { findingText } from "./wording.ts";

/** A comparison for CI: a case for each metric; too few runs skip it. `startedAt`: that of the first run, ISO. */
export function renderJunit(comparison: Comparison, startedAt: string): string {
  const { base, candidate, metrics } = comparison;
  return renderSuites([{ name: "comparison", cases: metrics.map(caseOf) }], {
    name: `rollcall compare ${base.runs.join(" ")} -- ${candidate.runs.join(" ")}`,
    classPrefix: "rollcall",
    startedAt,
    duration: us(0),
  });
}

function caseOf(metric: MetricComparison): Case {
  switch (metric.verdict) {
    case "regression":
      return { name: metric.metric, problem: findingText(metric) };
    case "not-enough-runs":
      return { name: metric.metric, skipped: findingText(metric) };
    case "improvement":
    case "no-change":
      return { name: metric.metric };
  }
}
