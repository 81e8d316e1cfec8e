import type { Recovery } from "../model/mark.ts";
import { type Us, us, usFromSeconds } from "../model/units.ts";
import { rankOf, samplesNeeded } from "./quantiles.ts";

/** What was provisioned in one second of the load, with the round trips. */
export interface ServedSecond {
  readonly provisioned: number;
  readonly roundTrips: Uint32Array;
}

const BEFORE_S = 30;
/** Less of it says nothing. */
const LEAST_BEFORE_S = 5;
const HELD_S = 5;
/** A dip that begins later is not of this mark. */
const BEGINS_WITHIN_S = 10;
const RATE = 0.9;
const SLOWER = 1.2;

/** `from` and `until`: the whole seconds of the load. `second` is asked for these alone. See Recovery. */
export function recoveryOf(
  at: Us,
  {
    from,
    until,
    second,
  }: { readonly from: number; readonly until: number; readonly second: (index: number) => ServedSecond },
): Recovery {
  const mark = Math.floor(at / usFromSeconds(1));
  const first = Math.max(from, mark - BEFORE_S);
  if (mark - first < LEAST_BEFORE_S) return unknown(`less than ${LEAST_BEFORE_S} s of load came before it`);
  if (mark >= until) return unknown("the load was over");
  const before = range(first, mark).map(second);
  const rate = median(before.map(({ provisioned }) => provisioned));
  const p90 = p90Of(before);
  if (p90 === undefined || rate === 0) return unknown("too few devices were provisioned before it");
  // Wide enough that a p90 may be told at the rate before.
  const width = Math.max(1, Math.ceil(samplesNeeded(0.9) / (rate * RATE)));
  const last = until - width;
  const windows = range(mark, last + 1).map((start) => {
    const seconds = range(start, start + width).map(second);
    const share = sum(seconds) / (width * rate);
    const now = p90Of(seconds);
    return { start, share, ok: share >= RATE && now !== undefined && now <= SLOWER * p90 };
  });
  if (windows.length < HELD_S) return unknown("the load ended right after it");
  const dip = windows.findIndex(({ ok }, index) => !ok && index < BEGINS_WITHIN_S);
  if (dip < 0) return { state: "no-dip" };
  const again = windows.findIndex(
    (_, index) =>
      index > dip && index + HELD_S <= windows.length && windows.slice(index, index + HELD_S).every(({ ok }) => ok),
  );
  const dipped = windows.slice(dip, again < 0 ? undefined : again);
  const depth = 1 - Math.min(1, ...dipped.map(({ share }) => share));
  const found = windows[again];
  if (found === undefined) return { state: "not-recovered", watched: us(usFromSeconds(until) - at), depth };
  return { state: "recovered", after: us(Math.max(0, usFromSeconds(found.start) - at)), depth };
}

function unknown(why: string): Recovery {
  return { state: "unknown", why };
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);

const sum = (seconds: readonly ServedSecond[]): number =>
  seconds.reduce((total, { provisioned }) => total + provisioned, 0);

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[rankOf(values.length, 0.5) - 1] ?? 0;
}

/** Undefined: too few samples. */
function p90Of(seconds: readonly ServedSecond[]): number | undefined {
  const all = seconds.flatMap(({ roundTrips }) => [...roundTrips]).toSorted((a, b) => a - b);
  return all.length < samplesNeeded(0.9) ? undefined : all[rankOf(all.length, 0.9) - 1];
}
