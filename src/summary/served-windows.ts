import { rankOf, samplesNeeded } from "./quantiles.ts";
import { valueOfRank } from "./value-of-rank.ts";

/** What was provisioned in one second of the load, with the round trips. */
export interface ServedSecond {
  readonly provisioned: number;
  readonly roundTrips: Uint32Array;
}

/** How the load was served before. */
export interface Before {
  /** Devices that would be provisioned in that second if all were as before. */
  readonly due: (second: number) => number;
  readonly p90: number;
}

/** Seconds of the load: from one, until another, which is no part of it. `second` is asked for these alone. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly second: (index: number) => ServedSecond;
}

/** Some seconds together, against what was before. */
export interface ServedWindow {
  readonly start: number;
  readonly share: number;
  readonly ok: boolean;
}

export const BEFORE_S = 30;
export const RATE = 0.9;
export const SLOWER = 1.2;
export const HELD_S = 5;
/** A dip that begins later is not of this mark. */
export const BEGINS_WITHIN_S = 10;

/** Judged together where a load is to be as before again: a p90 of fewer is too often 1.2 times another by chance alone. */
export const LEAST_AGAIN = 100;

/** One from each second on, so many seconds wide. */
export function servedWindows(stretch: Stretch, width: number, before: Before): readonly ServedWindow[] {
  return startsOf(stretch, width).map((start) => servedWindow(start, width, { before, second: stretch.second }));
}

/** The first that was served as before. */
export function firstAsBefore(stretch: Stretch, width: number, before: Before): ServedWindow | undefined {
  for (const start of startsOf(stretch, width)) {
    const window = servedWindow(start, width, { before, second: stretch.second });
    if (window.ok) return window;
  }
  return undefined;
}

const startsOf = ({ from, until }: Stretch, width: number): readonly number[] => range(from, until - width + 1);

function servedWindow(
  start: number,
  width: number,
  { before, second }: { readonly before: Before } & Pick<Stretch, "second">,
): ServedWindow {
  const indices = range(start, start + width);
  const seconds = indices.map(second);
  const expected = sum(indices.map(before.due));
  const share = expected === 0 ? 1 : sum(seconds.map(({ provisioned }) => provisioned)) / expected;
  const p90 = p90Of(seconds.map(({ roundTrips }) => roundTrips));
  return { start, share, ok: share >= RATE && p90 !== undefined && p90 <= SLOWER * before.p90 };
}

/** By how much the rate fell at its lowest. */
export function depthOf(windows: readonly Pick<ServedWindow, "share">[]): number {
  return 1 - Math.min(1, ...windows.map(({ share }) => share));
}

export const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[rankOf(values.length, 0.5) - 1] ?? 0;
}

/** Undefined: too few samples. */
export function p90Of(seconds: readonly Uint32Array[]): number | undefined {
  const count = sum(seconds.map(({ length }) => length));
  return count < samplesNeeded(0.9) ? undefined : valueOfRank(seconds, rankOf(count, 0.9));
}
