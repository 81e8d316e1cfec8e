import { formatMs, formatPercent, formatRate } from "../model/notation.ts";
import { createPaint } from "../report/paint.ts";
import { layTable } from "../report/table.ts";
import type { Bounds, Trial } from "./trial.ts";

/** The answer in one sentence. */
export function boundsText({ passes, fails, ended }: Bounds): string {
  const low = passes === null ? "none passed" : `${formatRate(passes)}/s passes`;
  const high = fails === null ? "none failed" : `${formatRate(fails)}/s fails`;
  switch (ended) {
    case "resolved":
      return `Capacity: ${low}, ${high}.`;
    case "highest-passes":
      return `Capacity: at least the highest rate tried; ${low}.`;
    case "lowest-fails":
      return `Capacity: below the lowest rate tried; ${high}.`;
    case "generator-limited":
      return `Not found: this machine's generators are the limit; ${low}, ${high}.`;
    case "trials-used-up":
      return `Not resolved within the trials allowed: ${low}, ${high}.`;
  }
}

/** One line, for the view while the search goes on. */
export function trialText(trial: Trial): string {
  return cellsOf(trial).join("  ");
}

export function renderTrials(
  trials: readonly Trial[],
  bounds: Bounds,
  options: { readonly color: boolean; readonly width: number },
): string {
  const paint = createPaint(options.color);
  const table = layTable(
    {
      columns: [
        { title: "rate", align: "right" },
        { title: "outcome", align: "left" },
        { title: "achieved", align: "right" },
        { title: "p50 ms", align: "right" },
        { title: "p99 ms", align: "right" },
        { title: "failures", align: "right" },
        { title: "run", align: "left" },
        { title: "why", align: "left", prose: true },
      ],
      rows: trials.toSorted((a, b) => a.rate - b.rate).map(cellsOf),
    },
    { width: options.width, paint },
  );
  return `${[paint("title", boundsText(bounds)), "", ...table].join("\n")}\n`;
}

/** For a plot: a row for each trial, in the order made; times in microseconds. */
export function renderTrialsCsv(trials: readonly Trial[]): string {
  const columns = [
    "rate",
    "outcome",
    "achievedRate",
    "roundTripP50",
    "roundTripP99",
    "failureRate",
    "generators",
    "runId",
  ] as const;
  return `${[columns.join(","), ...trials.map((trial) => columns.map((column) => trial[column] ?? "").join(","))].join("\n")}\n`;
}

function cellsOf(trial: Trial): readonly string[] {
  const or = (value: number | null, format: (value: number) => string) => (value === null ? "-" : format(value));
  return [
    `${formatRate(trial.rate)}/s`,
    trial.outcome,
    or(trial.achievedRate, (rate) => `${formatRate(rate)}/s`),
    or(trial.roundTripP50, formatMs),
    or(trial.roundTripP99, formatMs),
    or(trial.failureRate, formatPercent),
    trial.runId,
    trial.reasons.join("; "),
  ];
}
