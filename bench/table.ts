/** One row of the result: a ratio and its limit. */
export interface Figure {
  readonly what: string;
  /** Both sides, with their unit. */
  readonly measured: string;
  readonly ratio: number;
  readonly limit: string;
  readonly passed: boolean;
}

export function renderTable(figures: readonly Figure[]): string {
  const head = ["", "measured", "ratio", "limit", ""];
  const rows = figures.map((figure) => [
    figure.what,
    figure.measured,
    figure.ratio.toFixed(2),
    figure.limit,
    figure.passed ? "pass" : "MISSED",
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("   ")
      .trimEnd();
  return `${[head, ...rows].map(line).join("\n")}\n`;
}

/** The middle one, or the mean of the two in the middle. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}
