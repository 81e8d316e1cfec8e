import type { Recovery } from "../model/mark.ts";
import { type Us, us, usFromSeconds } from "../model/units.ts";
import { afterDip } from "./after-dip.ts";
import { addUp, createSums, reached, slowIn } from "./cumulative-sums.ts";
import type { Level, LoadSecond, SteadyLoad } from "./level-before.ts";
import {
  BEFORE_S,
  BEGINS_WITHIN_S,
  depthOf,
  HELD_S,
  LEAST_AGAIN,
  median,
  p90Of,
  range,
  RATE,
  type ServedSecond,
  servedWindows,
  type ServedWindow,
  type Stretch,
  sum,
} from "./served-windows.ts";

/** Less of it says nothing. */
const LEAST_BEFORE_S = 5;
/** What must add up, where seconds say too little each: so much of the load, and at no rate fewer devices. */
const ADDED_UP_S = 1.5;
const LEAST_ADDED_UP = 20;

export interface MarkedLoad extends Stretch {
  /** `planned`: where the rate is steady by the plan. */
  readonly second: (index: number) => ServedSecond & { readonly planned?: number };
}

/** `from` and `until`: the whole seconds of the load. See Recovery. */
export function recoveryOf(at: Us, load: MarkedLoad): Recovery {
  const { from, until, second } = load;
  const mark = Math.floor(at / usFromSeconds(1));
  const first = Math.max(from, mark - BEFORE_S);
  if (mark - first < LEAST_BEFORE_S) return unknown(`less than ${LEAST_BEFORE_S} s of load came before it`);
  if (mark >= until) return unknown("the load was over");
  const before = range(first, mark).map(second);
  const p90 = p90Of(before.map(({ roundTrips }) => roundTrips));
  const served = sum(before.map(({ provisioned }) => provisioned));
  if (p90 === undefined || served === 0) return unknown("too few devices were provisioned before it");
  if (until - mark < HELD_S) return unknown("the load ended right after it");
  const rate = median(before.map(({ provisioned }) => provisioned));
  return rate * RATE >= LEAST_AGAIN
    ? secondBySecond(at, { ...load, from: mark }, { due: () => rate, p90 })
    : together(at, { ...load, from: mark }, levelOf(before, p90));
}

/** As many devices a second as say something by themselves. */
function secondBySecond(at: Us, load: Stretch, before: Parameters<typeof servedWindows>[2]): Recovery {
  const windows = servedWindows(load, 1, before);
  const dip = windows.findIndex(({ ok }, index) => !ok && index < BEGINS_WITHIN_S);
  if (dip < 0) return { state: "no-dip" };
  const again = firstHeld(windows, dip + 1);
  const depth = depthOf(windows.slice(dip, again));
  const found = again === undefined ? undefined : windows[again];
  if (found === undefined) return { state: "not-recovered", watched: us(usFromSeconds(load.until) - at), depth };
  return { state: "recovered", after: us(Math.max(0, usFromSeconds(found.start) - at)), depth };
}

/**
 * At a low rate what is missing is added up until it is more than chance, as of a dip that nobody marked, and the load is as
 * before again in stretches so wide that 100 devices are due in them.
 */
function together(at: Us, { second, ...stretch }: MarkedLoad, level: Level): Recovery {
  const load: SteadyLoad = {
    ...stretch,
    second: (index: number): LoadSecond => {
      const { planned = level.rate, ...served } = second(index);
      return { ...served, planned, started: planned, ended: planned };
    },
  };
  const found = firstDip(load, level);
  if (found === undefined) return { state: "no-dip" };
  const { again, recovery } = afterDip(load, level, found);
  const { depth } = recovery;
  if (again === undefined) return { state: "not-recovered", watched: us(usFromSeconds(load.until) - at), depth };
  return { state: "recovered", after: us(Math.max(0, usFromSeconds(trimmed(load, level, again)) - at)), depth };
}

/** The first that begins soon after the start of the load. */
function firstDip(load: SteadyLoad, before: Level): { readonly start: number; readonly seen: number } | undefined {
  const latest = load.from + BEGINS_WITHIN_S;
  const sums = createSums(load.from);
  for (let at = load.from; at < load.until; at += 1) {
    addUp(sums, load.second(at), { at, before });
    const kind = reached(sums, Math.max(LEAST_ADDED_UP, ADDED_UP_S * before.rate));
    if (kind !== undefined) return sums[kind].start <= latest ? { start: sums[kind].start, seen: at } : undefined;
    if (sums.fewer.start > latest && sums.slower.start > latest) return undefined;
  }
  return undefined;
}

/** A wide stretch may begin with some bad seconds: those are of the dip. */
function trimmed({ second, until }: SteadyLoad, { share, p90 }: Level, from: number): number {
  let start = from;
  while (start < until - 1) {
    const { provisioned, planned, roundTrips } = second(start);
    if (provisioned >= RATE * share * planned && slowIn(roundTrips, p90) * 2 <= roundTrips.length) break;
    start += 1;
  }
  return start;
}

/** By the plan where its rate is steady; else by the median of what was provisioned, over stretches as wide as are judged later. */
function levelOf(before: readonly (ServedSecond & { readonly planned?: number })[], p90: number): Level {
  const provisioned = before.map((each) => each.provisioned);
  const planned = sum(before.map((each) => each.planned ?? 0));
  if (planned > 0) return { rate: planned / before.length, share: Math.min(1, sum(provisioned) / planned), p90 };
  const mean = sum(provisioned) / before.length;
  const width = Math.min(before.length, Math.max(1, Math.ceil(LEAST_AGAIN / (mean * RATE))));
  const rates = range(0, before.length - width + 1).map((at) => sum(provisioned.slice(at, at + width)) / width);
  return { rate: median(rates), share: 1, p90 };
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

function unknown(why: string): Recovery {
  return { state: "unknown", why };
}
