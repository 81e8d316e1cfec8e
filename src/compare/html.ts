import { figureElements } from "../pictures/figure.ts";
import { type Interval, intervalsPicture } from "../pictures/intervals.ts";
import type { Color, Picture } from "../pictures/picture.ts";
import { list, paragraph, section, tableElement, verdictElement } from "../writing/html-elements.ts";
import { pageText } from "../writing/html-page.ts";
import { quantity } from "../writing/notation.ts";
import { printable } from "../writing/text-width.ts";
import type { Comparison, ComparisonVerdict, MetricComparison, SideFacts } from "./comparison.ts";
import { figuresTable, sidesTable } from "./text.ts";
import { changeText, findingText, headline, intervalText } from "./wording.ts";

const LABELS: Readonly<Record<ComparisonVerdict, readonly [label: string, tone: "good" | "warn" | "bad" | "plain"]>> = {
  regression: ["REGRESSION", "bad"],
  improvement: ["IMPROVEMENT", "good"],
  "no-change": ["NO CHANGE", "plain"],
  "not-enough-runs": ["NOT ENOUGH RUNS", "warn"],
};

/** A comparison on a page of its own. */
export async function renderHtml(comparison: Comparison, simulated: boolean): Promise<string> {
  const { base, candidate, verdict } = comparison;
  const side = ({ target, runs }: SideFacts): string => `${target}, ${quantity(runs.length, "run")}`;
  const [label, tone] = LABELS[verdict];
  return pageText({
    title: "Comparison of runs: rollcall",
    kind: "rollcall: comparison of runs",
    heading: base.target === candidate.target ? base.target : `${base.target} against ${candidate.target}`,
    simulated,
    facts: [`Base: ${side(base)}`, `Candidate: ${side(candidate)}`],
    body: [
      verdictElement({ tone, label, sentence: printable(headline(comparison).replace(/^[^:]+: /, "")), further: [] }),
      ...(await comparisonElements(comparison)),
    ],
  });
}

/** All of a comparison but its verdict: for pages that are about more. */
export async function comparisonElements(comparison: Comparison): Promise<readonly string[]> {
  const { metrics, policy, warnings } = comparison;
  const picture = shiftPicture(comparison);
  return [
    ...(picture === undefined ? [] : await figureElements([picture])),
    section(
      "Metrics",
      "one figure a run; the median of each side",
      tableElement(figuresTable(comparison), "Metrics"),
      list(metrics.map((metric) => printable(`${metric.metric}: ${findingText(metric)}`))),
      paragraph(
        `Mann-Whitney U, Hodges-Lehmann shift, Holm over ${metrics.length} metrics at ${policy.level * 100} %; changes below ${policy.minimumEffect * 100} % of the base are not called.`,
        "quiet",
      ),
    ),
    section("Runs", "of both sides", tableElement(sidesTable(comparison), "Runs of both sides")),
    section("Warnings", "what does not forbid the comparison and may explain it", list(warnings.map(printable))),
  ];
}

/** By how much each metric moved; shares themselves have no change as a share. */
function shiftPicture({ metrics, policy, verdict }: Comparison): Picture | undefined {
  const intervals = metrics.flatMap((metric): readonly Interval[] => {
    const { shift, baseMedian, unit } = metric;
    if (shift === null || baseMedian === null || baseMedian === 0 || unit === "ratio") return [];
    return [
      {
        name: metric.metric.replace("round trip ", ""),
        value: shift.estimate / baseMedian,
        low: shift.low / baseMedian,
        high: shift.high / baseMedian,
        color: colorOf(metric),
        text: changeText(metric),
        interval: intervalText(metric),
      },
    ];
  });
  if (intervals.length === 0) return undefined;
  const called = metrics.filter((metric) => metric.verdict === "regression" || metric.verdict === "improvement");
  return intervalsPicture({
    name: "shift",
    title:
      called.length === 0
        ? `No change that counts${verdict === "not-enough-runs" ? " can be told from so few runs" : ""}`
        : `${called.length} of ${quantity(metrics.length, "metric")} changed`,
    about: `Change of each metric from base to candidate, with its ${Math.round((1 - policy.level) * 100)} % interval. Above 0 is more.`,
    intervals,
    least: policy.minimumEffect,
  });
}

function colorOf({ verdict }: MetricComparison): Color {
  switch (verdict) {
    case "regression":
      return "four";
    case "improvement":
      return "three";
    case "no-change":
    case "not-enough-runs":
      return "one";
  }
}
