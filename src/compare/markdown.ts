import { quantity } from "../writing/notation.ts";
import type { Comparison } from "./comparison.ts";
import { changeText, figureText, findingText, headline, intervalText } from "./wording.ts";

/** A comparison for a pull request. */
export function renderMarkdown(comparison: Comparison): string {
  const { metrics, base, candidate, warnings } = comparison;
  return `${[
    `**${headline(comparison)}**`,
    "",
    `${quantity(base.runs.length, "run")} of ${base.target} against ${candidate.runs.length} of ${candidate.target}.`,
    "",
    "| metric | base | candidate | change | interval | finding |",
    "|---|--:|--:|--:|--:|---|",
    ...metrics.map((metric) => {
      const { baseMedian, candidateMedian, unit } = metric;
      return `| ${[
        metric.metric,
        figureText(baseMedian, unit),
        figureText(candidateMedian, unit),
        changeText(metric),
        intervalText(metric),
        findingText(metric),
      ].join(" | ")} |`;
    }),
    ...(warnings.length === 0 ? [] : ["", ...warnings.map((warning) => `- ${warning}`)]),
  ].join("\n")}\n`;
}
