import type { RoundTripWindow, TimelineSpan } from "../model/timeline.ts";
import { msFromUs, type Us } from "../model/units.ts";
import { formatCount, formatMs, formatTime } from "../writing/notation.ts";
import { type Line, linesPicture, scaleFor } from "./lines.ts";
import type { Picture, PictureSubject } from "./picture.ts";
import { middlesOf } from "./time-axis.ts";

/** Time-outs are marked above the lines: in a second without an answer there is no line to rise. */
export function roundTripPicture({ timeline, medians }: PictureSubject): Picture | undefined {
  const windows = timeline.roundTrips;
  if (windows.length === 0) return undefined;
  // A line must not lead from one phase into the next: a gap of no width stands between them.
  const broken = withGaps(windows);
  const line = (name: string, color: Line["color"], of: (window: RoundTripWindow) => Us | null): Line => ({
    name,
    color,
    values: broken.map((window) => (window === undefined ? null : inMs(of(window)))),
    join: "max",
    text: (ms) => `${formatMs(ms * 1_000)} ms`,
  });
  const lines = [
    line("p50", "one", ({ p50 }) => p50),
    line("p90", "three", ({ p90 }) => p90),
    line("p99", "two", ({ p99 }) => p99),
    line("longest", "quiet", ({ max }) => max),
  ];
  const timeouts = timeline.counts.timeouts.reduce((sum, count) => sum + count, 0);
  const top = Math.max(...windows.map(({ max }) => msFromUs(max)));
  return linesPicture({
    name: "round-trip",
    title: titleOf(windows, timeline.spans, medians),
    about: [
      "Request sent to answer read, of the devices provisioned. A point stands for at least 100 of them where a phase has as many, so that a p99 means something.",
      ...(timeouts === 0 ? [] : [`Triangles: when devices waited in vain, ${formatCount(timeouts)} in all.`]),
    ].join(" "),
    timeline,
    at: broken.map((window, index) => window ?? gapAfter(broken[index - 1])),
    lines: timeouts === 0 ? lines : [...lines, timeoutsLine(timeline, top)],
    unit: "ms",
    scale: scaleFor(lines.flatMap(({ values }) => values)),
  });
}

function timeoutsLine(timeline: PictureSubject["timeline"], top: number): Line {
  return {
    name: "time-outs",
    color: "four",
    values: timeline.counts.timeouts.map((count) => (count === 0 ? null : top)),
    look: "dot",
    join: "sum",
    text: formatCount,
    at: middlesOf(timeline).map((middle) => ({ from: middle, to: middle })),
  };
}

function gapAfter(window: RoundTripWindow | undefined) {
  const at = window?.to ?? 0;
  return { from: at, to: at };
}

const inMs = (time: Us | null): number | null => (time === null ? null : msFromUs(time));

function withGaps(windows: readonly RoundTripWindow[]): readonly (RoundTripWindow | undefined)[] {
  return windows.flatMap((window, index) => {
    const before = windows[index - 1];
    return before !== undefined && before.phase !== window.phase ? [undefined, window] : [window];
  });
}

/** For each measured phase: whether its median moved. */
function titleOf(
  windows: readonly RoundTripWindow[],
  spans: readonly TimelineSpan[],
  medians: PictureSubject["medians"] = [],
): string {
  const measured = spans.filter(({ kind, warmup }) => kind === "phase" && !warmup);
  const of = measured.flatMap(({ phase }) => {
    const own = windows.filter((window) => window.phase === phase && window.p50 !== null);
    return own.length === 0 ? [] : [own];
  });
  const texts = of.map((own) => {
    const third = Math.max(1, Math.floor(own.length / 3));
    const [first, last] = [medianOf(own.slice(0, third)), medianOf(own.slice(-third))];
    const name = spans.find(({ phase }) => phase === own[0]?.phase)?.name ?? "";
    const where = of.length > 1 ? ` in ${name}` : "";
    if (own.length >= 3 && last > first * 1.25) return `grew from ${formatTime(first)} to ${formatTime(last)}${where}`;
    if (own.length >= 3 && last < first * 0.8) return `fell from ${formatTime(first)} to ${formatTime(last)}${where}`;
    // The figure that a page tells of the phase: the middle of its points is a little beside it.
    const near = medians[own[0]?.phase ?? -1] ?? medianOf(own);
    return `stayed near ${formatTime(near)}${where}`;
  });
  return texts.length === 0 || texts.length > 3
    ? "Round trip over time"
    : `Half of the round trips: ${texts.join(", ")}`;
}

function medianOf(windows: readonly RoundTripWindow[]): Us {
  const sorted = windows.map(({ p50 }) => p50 ?? (0 as Us)).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? (0 as Us);
}
