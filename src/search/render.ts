import { formatMs, formatPercent, formatRate, quantity } from "../writing/notation.ts";
import { createPaint } from "../writing/paint.ts";
import { type Column, layTable, type Table } from "../writing/table.ts";
import { boundsOf } from "./next-step.ts";
import type { Bounds, SearchStep, Trial } from "./trial.ts";

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
      return `Not found: the generators are the limit; ${low}, ${high}.`;
    case "trials-used-up":
      return `Not resolved within the trials allowed: ${low}, ${high}.`;
  }
}

const COLUMNS: readonly Column[] = [
  { title: "rate", align: "right" },
  { title: "outcome", align: "left" },
  { title: "achieved", align: "right" },
  { title: "p50 ms", align: "right" },
  { title: "p99 ms", align: "right" },
  { title: "failures", align: "right" },
  { title: "run", align: "left" },
  { title: "why", align: "left", prose: true },
];
/** Columns of a table that grows line by line: nobody knows yet how wide its cells will be. */
const WIDTHS = [9, 7, 9, 7, 7, 8, 6] as const;

/** The titles of `trialText`. */
export const TRIAL_TITLES = laid(COLUMNS.map(({ title }) => title));

/** One line, for the view while the search goes on; `why` it was made. */
export function trialText(trial: Trial, why: string): string {
  return laid([
    ...cellsOf(trial).slice(0, -1),
    [why, ...(trial.reasons.length === 0 ? [] : [trial.reasons.join("; ")])].join(": "),
  ]);
}

/** What is being tried, and what is known. */
export function attemptText(
  { rate, generators, why }: Pick<SearchStep & { kind: "try" }, "rate" | "generators" | "why">,
  trials: readonly Trial[],
): string {
  const { passes, fails } = boundsOf(trials);
  const known = [
    ...(passes === null ? [] : [`${formatRate(passes)}/s passes`]),
    ...(fails === null ? [] : [`${formatRate(fails)}/s fails`]),
  ];
  const by = quantity(generators, "generator");
  const soFar = known.length === 0 ? "" : ` So far ${known.join(", ")}.`;
  return `Trial ${trials.length + 1}: ${formatRate(rate)}/s from ${by}, ${why}.${soFar}`;
}

function laid(cells: readonly string[]): string {
  const padded = cells.map((cell, index) => {
    const width = WIDTHS[index] ?? 0;
    return COLUMNS[index]?.align === "right" ? cell.padStart(width) : cell.padEnd(width);
  });
  return padded.join("  ").trimEnd();
}

export function renderTrials(
  trials: readonly Trial[],
  bounds: Bounds,
  options: { readonly color: boolean; readonly width: number },
): string {
  const paint = createPaint(options.color);
  const table = layTable(trialsTable(trials), { width: options.width, paint });
  return `${[paint("title", boundsText(bounds)), "", ...table].join("\n")}\n`;
}

export function trialsTable(trials: readonly Trial[]): Table {
  return { columns: COLUMNS, rows: trials.toSorted((a, b) => a.rate - b.rate).map(cellsOf) };
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
