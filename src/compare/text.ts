import { wrapText } from "../writing/text-width.ts";
import { createPaint, type Tone } from "../writing/paint.ts";
import { layTable, type Table } from "../writing/table.ts";
import type { Comparison, ComparisonVerdict, SideFacts } from "./comparison.ts";
import { changeText, figureText, findingText, headline, intervalText } from "./wording.ts";

const TONES: Readonly<Record<ComparisonVerdict, Tone>> = {
  regression: "bad",
  improvement: "good",
  "no-change": "plain",
  "not-enough-runs": "warn",
};

/** A comparison for a person: the verdict first, then each metric with its numbers. */
export function renderText(
  comparison: Comparison,
  options: { readonly color: boolean; readonly width: number },
): string {
  const paint = createPaint(options.color);
  const space = { width: options.width, paint };
  const { metrics, policy, warnings } = comparison;
  const wrapped = (text: string, indent: string) =>
    wrapText(text, options.width - indent.length).map((line) => `${indent}${line}`);
  return `${[
    ...wrapped(headline(comparison), "").map((line) => paint(TONES[comparison.verdict], line)),
    "",
    ...layTable(sidesTable(comparison), space),
    "",
    paint("title", "METRICS") + paint("quiet", "  one figure a run; the median of each side"),
    ...layTable(figuresTable(comparison), space),
    "",
    ...metrics.flatMap((metric) => wrapped(`${metric.metric}: ${findingText(metric)}`, "  ")),
    "",
    ...wrapped(
      `Mann-Whitney U, Hodges-Lehmann shift, Holm over ${metrics.length} metrics at ${policy.level * 100} %; ` +
        `changes below ${policy.minimumEffect * 100} % of the base are not called.`,
      "  ",
    ),
    ...(warnings.length === 0 ? [] : ["", paint("title", "WARNINGS")]),
    ...warnings.flatMap((warning) => wrapped(`- ${warning}`, "  ")),
  ].join("\n")}\n`;
}

export function sidesTable({ base, candidate }: Comparison): Table {
  const row = (name: string, side: SideFacts) => [name, String(side.runs.length), side.target, side.runs.join(" ")];
  return {
    columns: [
      { title: "side", align: "left" },
      { title: "runs", align: "right" },
      { title: "target", align: "left" },
      { title: "ids", align: "left", prose: true },
    ],
    rows: [row("base", base), row("candidate", candidate)],
  };
}

export function figuresTable({ metrics, policy }: Comparison): Table {
  return {
    columns: [
      { title: "", align: "left" },
      { title: "base", align: "right" },
      { title: "candidate", align: "right" },
      { title: "change", align: "right" },
      { title: `${Math.round((1 - policy.level) * 100)} % interval`, align: "right" },
      { title: "p", align: "right" },
    ],
    rows: metrics.map((metric) => [
      { text: metric.metric, tone: TONES[metric.verdict] },
      figureText(metric.baseMedian, metric.unit),
      figureText(metric.candidateMedian, metric.unit),
      changeText(metric),
      intervalText(metric),
      pText(metric.adjustedP),
    ]),
  };
}

const SMALLEST_SHOWN = 0.0001;

function pText(p: number | null): string {
  if (p === null) return "-";
  return p < SMALLEST_SHOWN ? `< ${SMALLEST_SHOWN}` : p.toFixed(4);
}
