import type { Listed } from "./read-history.ts";
import type { Trend } from "./trend.ts";

/** A history for programs: every line of it, and what its trends say. */
export function renderJson(entries: readonly Listed[], trends: readonly Trend[]): string {
  const told = trends.map(({ runs, ...trend }) => ({ ...trend, runs: runs.map(({ id }) => id) }));
  return `${JSON.stringify({ version: 1, entries, trends: told }, undefined, 2)}\n`;
}
