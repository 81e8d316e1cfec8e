import type { Recovery } from "../model/mark.ts";
import { type Us, us, usFromSeconds } from "../model/units.ts";
import { rankOf, samplesNeeded } from "./quantiles.ts";

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
/** Less of it says nothing. */
const LEAST_BEFORE_S = 5;
export const HELD_S = 5;
/** A dip that begins later is not of this mark. */
export const BEGINS_WITHIN_S = 10;

/** `from` and `until`: the whole seconds of the load. See Recovery. */
export function recoveryOf(at: Us, { from, until, second }: Stretch): Recovery {
  const mark = Math.floor(at / usFromSeconds(1));
  const first = Math.max(from, mark - BEFORE_S);
  if (mark - first < LEAST_BEFORE_S) return unknown(`less than ${LEAST_BEFORE_S} s of load came before it`);
  if (mark >= until) return unknown("the load was over");
  const before = range(first, mark).map(second);
  const rate = median(before.map(({ provisioned }) => provisioned));
  const p90 = p90Of(before.map(({ roundTrips }) => roundTrips));
  if (p90 === undefined || rate === 0) return unknown("too few devices were provisioned before it");
  // Wide enough that a p90 may be told at the rate before.
  const width = Math.max(1, Math.ceil(samplesNeeded(0.9) / (rate * RATE)));
  const windows = servedWindows({ from: mark, until, second }, width, { due: () => rate, p90 });
  if (windows.length < HELD_S) return unknown("the load ended right after it");
  const dip = windows.findIndex(({ ok }, index) => !ok && index < BEGINS_WITHIN_S);
  if (dip < 0) return { state: "no-dip" };
  const again = firstHeld(windows, dip + 1);
  const depth = depthOf(windows.slice(dip, again));
  const found = again === undefined ? undefined : windows[again];
  if (found === undefined) return { state: "not-recovered", watched: us(usFromSeconds(until) - at), depth };
  return { state: "recovered", after: us(Math.max(0, usFromSeconds(found.start) - at)), depth };
}

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

/** Index of the first of so many windows on end that were served as before. */
function firstHeld(windows: readonly ServedWindow[], from: number): number | undefined {
  let held = 0;
  for (let index = from; index < windows.length; index += 1) {
    held = windows[index]?.ok === true ? held + 1 : 0;
    if (held === HELD_S) return index - HELD_S + 1;
  }
  return undefined;
}

/** By how much the rate fell at its lowest. */
export function depthOf(windows: readonly Pick<ServedWindow, "share">[]): number {
  return 1 - Math.min(1, ...windows.map(({ share }) => share));
}

function unknown(why: string): Recovery {
  return { state: "unknown", why };
}

export const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[rankOf(values.length, 0.5) - 1] ?? 0;
}

/** Undefined: too few samples. */
export function p90Of(seconds: readonly Uint32Array[]): number | undefined {
  const all = new Uint32Array(sum(seconds.map(({ length }) => length)));
  if (all.length < samplesNeeded(0.9)) return undefined;
  let length = 0;
  for (const values of seconds) {
    all.set(values, length);
    length += values.length;
  }
  return all.sort()[rankOf(all.length, 0.9) - 1];
}
