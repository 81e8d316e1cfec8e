import type { Tone } from "../writing/paint.ts";
import { formatCount, formatMs, formatRate, quantity } from "../writing/notation.ts";
import type { RunVerdictName } from "./entry.ts";
import { type Change, FEWEST_RUNS, type Trend, type TrendFigure } from "./trend.ts";

/** The words in which a list and a page speak of a history. */

export const VERDICT_TONES: Readonly<Record<RunVerdictName, Tone>> = {
  passed: "good",
  failed: "bad",
  void: "warn",
  interrupted: "warn",
  crashed: "bad",
  running: "plain",
  unreported: "warn",
};

export const FIGURE_NAMES: Readonly<Record<TrendFigure, string>> = {
  p50: "round trip p50",
  p99: "round trip p99",
  rate: "devices a second",
};

export function figureText(figure: TrendFigure, value: number | null): string {
  if (value === null) return "-";
  return figure === "rate" ? `${formatRate(value)}/s` : `${formatMs(value)} ms`;
}

/** "2026-11-25 03:15"; a list has no room for seconds. */
export function minuteText(startedAt: string): string {
  return startedAt === "" ? "-" : startedAt.slice(0, 16).replace("T", " ");
}

export function changeText({ figure, run, startedAt, before, since, p }: Change): string {
  const share = before === 0 ? "" : `, ${since > before ? "+" : ""}${Math.round((since / before - 1) * 100)} %`;
  return `${FIGURE_NAMES[figure]}: ${figureText(figure, before)} before, ${figureText(figure, since)} from run ${run} on (${minuteText(startedAt)}${share}, ${p < 0.001 ? "p < 0.001" : `p = ${p.toPrecision(2)}`})`;
}

/** What its runs say, in one sentence without its full stop. */
export function trendText({ counted, changes }: Trend): string {
  if (changes.length > 0) return changes.map(changeText).join("; ");
  if (counted < FEWEST_RUNS) {
    return `${quantity(counted, "run")} that count: ${FEWEST_RUNS} or more can tell a change`;
  }
  return `no change in ${formatCount(counted)} runs`;
}

/** Of how many runs nothing was told: "" if of none. */
export function leftOutText({ runs, counted }: Trend): string {
  const left = runs.length - counted;
  return left === 0 ? "" : `${quantity(left, "run")} shown and left out: void, or not complete`;
}
