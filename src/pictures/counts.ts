import type { Timeline } from "../model/timeline.ts";
import { formatCount, formatRate, quantity } from "../writing/notation.ts";
import { type Line, linesPicture } from "./lines.ts";
import { COLORS, type Picture, type PictureSubject } from "./picture.ts";
import { windowsOf } from "./rate.ts";

/** Pictures of counts over time: what is under way, what went wrong, who answered the roll. */

export function inFlightPicture({ timeline }: PictureSubject): Picture | undefined {
  const { inFlight, held } = timeline;
  const most = Math.max(0, ...inFlight);
  const mostHeld = Math.max(0, ...held.map((count) => count ?? 0));
  if (most === 0 && mostHeld === 0) return undefined;
  const line = (name: string, color: Line["color"], values: Line["values"]): Line => ({
    name,
    color,
    values,
    join: "max",
    text: formatCount,
  });
  return linesPicture({
    name: "in-flight",
    title: `At most ${formatCount(most)} in flight${mostHeld === 0 ? "" : `, ${quantity(mostHeld, "session")} held`}`,
    about: `Devices started and not yet ended${mostHeld === 0 ? "" : ", and sessions kept open after their login"}.`,
    timeline,
    at: windowsOf(timeline),
    lines: [
      { ...line("in flight", "one", inFlight), look: "area" },
      ...(mostHeld === 0 ? [] : [line("held", "five", held)]),
    ],
    unit: "",
    scale: "zero",
  });
}

export function failuresPicture({ timeline }: PictureSubject): Picture | undefined {
  const { failures, rejections, step } = timeline;
  const all = [
    ...failures.map(({ kind, counts }) => ({ name: kind as string, counts, total: sum(counts) })),
    ...rejections.map(({ status, counts }) => ({ name: `rejected: ${status}`, counts, total: sum(counts) })),
  ].toSorted((a, b) => b.total - a.total);
  const total = all.reduce((count, each) => count + each.total, 0);
  const [most] = all;
  if (most === undefined || total === 0) return undefined;
  const [shown, rest] = all.length <= COLORS.length ? [all, []] : [all.slice(0, 6), all.slice(6)];
  const lines = [...shown, ...(rest.length === 0 ? [] : [{ name: "others", counts: added(rest), total: 0 }])];
  const share =
    most.total === total ? `all of them ${most.name}` : `most of them ${most.name} (${formatCount(most.total)})`;
  return linesPicture({
    name: "failures",
    title: `${formatCount(total)} failed or were rejected, ${share}`,
    about: `Failures by kind and rejections by status, a second${step === 1 ? "" : ` (mean of ${step} s)`}, when they ended. The table counts them.`,
    timeline,
    at: windowsOf(timeline),
    lines: lines.map(({ name, counts }, index) => ({
      name,
      color: FAILURE_COLORS[index] ?? "quiet",
      values: counts.map((count) => count / step),
      told: counts,
      look: "stacked",
      join: "sum",
      text: formatCount,
    })),
    unit: "a second",
    scale: "zero",
  });
}

const FAILURE_COLORS = ["four", "two", "five", "one", "six", "three", "quiet"] as const;

export function rollCallPicture({ timeline }: PictureSubject): Picture | undefined {
  const { counts, step } = timeline;
  const [connected, refused, unreachable] = [sum(counts.connected), sum(counts.refused), sum(counts.unreachable)];
  const called = connected + refused + unreachable;
  if (called === 0) return undefined;
  const line = (name: string, color: Line["color"], values: readonly number[]): Line => ({
    name,
    color,
    values: values.map((count) => count / step),
    look: "stacked",
    join: "mean",
    text: formatRate,
  });
  return linesPicture({
    name: "roll-call",
    title: `${formatCount(connected)} of ${formatCount(called)} logged in with their own credentials`,
    about: `Logins of the roll call a second${step === 1 ? "" : ` (mean of ${step} s)`}, by what came of them.`,
    timeline,
    at: windowsOf(timeline),
    lines: [
      line("connected", "three", counts.connected),
      ...(refused === 0 ? [] : [line("refused", "four", counts.refused)]),
      ...(unreachable === 0 ? [] : [line("unreachable", "two", counts.unreachable)]),
    ],
    unit: "a second",
    scale: "zero",
  });
}

function added(all: readonly { readonly counts: Timeline["inFlight"] }[]): readonly number[] {
  return (all[0]?.counts ?? []).map((_, index) => all.reduce((total, { counts }) => total + (counts[index] ?? 0), 0));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
