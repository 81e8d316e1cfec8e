import type { Timeline, TimelineSpan } from "../model/timeline.ts";

/** Time since the start of the run in the unit that its length suggests. */
export interface TimeAxis {
  readonly unit: "s" | "min" | "h";
  /** The axis, in that unit. */
  readonly from: number;
  readonly to: number;
  /** From seconds. */
  of(seconds: number): number;
  /** "12 to 14 s". */
  text(from: number, to: number): string;
}

export function timeAxisOf({ from, step, counts, spans }: Timeline): TimeAxis {
  const last = Math.max(from + counts.planned.length * step, ...spans.map((span) => span.to));
  const [unit, size] =
    last <= 180 ? (["s", 1] as const) : last <= 3 * 3_600 ? (["min", 60] as const) : (["h", 3_600] as const);
  const of = (seconds: number): number => Math.round((seconds / size) * 1e4) / 1e4;
  const short = (seconds: number): string => String(Math.round((seconds / size) * 100) / 100);
  return {
    unit,
    from: of(from),
    to: of(last),
    of,
    text: (start, end) => `${short(start)} to ${short(end)} ${unit}`,
  };
}

/** The middle of each window, in seconds. */
export function middlesOf({ from, step, counts }: Timeline): readonly number[] {
  return counts.planned.map((_, index) => from + (index + 0.5) * step);
}

/** The stretches that have a band and a name of their own: one that lasts as long as the picture needs none. */
export function bandsOf({ spans }: Timeline): readonly TimelineSpan[] {
  return spans.length < 2 ? [] : spans;
}
