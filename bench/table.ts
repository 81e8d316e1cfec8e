/** One row of the result: a ratio and its limit; undefined: it could not be measured here. */
export interface Figure {
  readonly what: string;
  /** Both sides, with their unit. */
  readonly measured: string;
  readonly ratio: number | undefined;
  readonly limit: string;
  readonly passed: boolean;
}

export type Limit = { readonly most: number } | { readonly least: number };

export function figureOf(what: string, measured: string, ratio: number, limit: Limit): Figure {
  return "most" in limit
    ? { what, measured, ratio, limit: `<= ${limit.most}`, passed: ratio <= limit.most }
    : { what, measured, ratio, limit: `>= ${limit.least}`, passed: ratio >= limit.least };
}

/** A row whose tools are not here: told in the table, and no miss. */
export function skipped(what: string): Figure {
  return { what, measured: "SKIPPED: see above", ratio: undefined, limit: "", passed: true };
}

export function renderTable(figures: readonly Figure[]): string {
  const head = ["", "measured", "ratio", "limit", ""];
  const rows = figures.map((figure) => [
    figure.what,
    figure.measured,
    figure.ratio?.toFixed(2) ?? "",
    figure.limit,
    figure.ratio === undefined ? "skipped" : figure.passed ? "pass" : "MISSED",
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
