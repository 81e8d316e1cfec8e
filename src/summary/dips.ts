import type { DipSummary } from "../model/mark.ts";
import { us, usFromSeconds } from "../model/units.ts";
import { createLevel, type Level, type LoadSecond } from "./level-before.ts";
import { depthOf, firstAsBefore, HELD_S, range, RATE, servedWindows, SLOWER, type Stretch } from "./recovery.ts";

export interface SteadyLoad extends Stretch {
  readonly second: (index: number) => LoadSecond;
}

/** Of the round trips one in ten takes longer than the p90; so many may, before it is more than chance. */
const MAY_BE_SLOW = 0.3;
/** What must add up: two seconds of the load, and at no rate fewer devices. */
const ADDED_UP_S = 2;
const LEAST_ADDED_UP = 50;
/** Judged together where it is to be as before again: a p90 of fewer is too often 1.2 times another by chance alone. */
const LEAST_AGAIN = 100;

/**
 * Stretches of a load that were served worse than before: Page's cumulative sum test (1954). Of each second it is added up how
 * many devices are missing to 90 % of what was due, and how many took longer than 1.2 times the p90 before, beyond three in
 * ten; a sum is never less than nothing. A dip is where one comes to two seconds of the load (50 devices at least), and it
 * began where that sum was last nothing. Due is what was planned in that second, by the share of the planned that was
 * provisioned in the 30 s before: arrivals by chance are no dip.
 */
export function dipsOf(load: SteadyLoad, phase: string): readonly DipSummary[] {
  const dips: DipSummary[] = [];
  const past = createLevel(load.second);
  let sums = createSums(load.from);
  for (let at = load.from; at < load.until; at += 1) {
    const before = past.level();
    past.saw(at);
    if (before === undefined) sums = createSums(at + 1);
    else add(sums, load.second(at), { at, before });
    if (sums.fewer.missing === 0 && sums.slower.missing === 0) past.wasAsBefore();
    if (before === undefined) continue;
    const kind = reached(sums, Math.max(LEAST_ADDED_UP, ADDED_UP_S * before.rate));
    if (kind === undefined) continue;
    const { start } = sums[kind];
    const { again, recovery } = afterwards(load, before, { start, seen: at });
    const started = startedOf(range(start, again ?? load.until).map(load.second));
    dips.push({
      at: us(usFromSeconds(start)),
      phase,
      kind,
      ...(started === undefined ? {} : { started }),
      recovery,
    });
    if (again === undefined) break;
    past.forget();
    sums = createSums(again);
    at = again - 1;
  }
  return dips;
}

interface Sum {
  missing: number;
  /** Where it was nothing the last time. */
  start: number;
}
type Sums = Record<DipSummary["kind"], Sum>;

const createSums = (start: number): Sums => ({ fewer: { missing: 0, start }, slower: { missing: 0, start } });

function add(
  { fewer, slower }: Sums,
  { provisioned, planned, roundTrips }: LoadSecond,
  { at, before }: { readonly at: number; readonly before: Level },
): void {
  const limit = SLOWER * before.p90;
  const slow = roundTrips.reduce((count, value) => (value > limit ? count + 1 : count), 0);
  grow(fewer, RATE * before.share * planned - provisioned, at);
  grow(slower, slow - MAY_BE_SLOW * roundTrips.length, at);
}

function grow(sum: Sum, by: number, at: number): void {
  sum.missing = Math.max(0, sum.missing + by);
  if (sum.missing === 0) sum.start = at + 1;
}

function reached({ fewer, slower }: Sums, most: number): DipSummary["kind"] | undefined {
  if (fewer.missing >= most) return "fewer";
  return slower.missing >= most ? "slower" : undefined;
}

/** Undefined: nearly all, so that what is seen is the target's. */
function startedOf(seconds: readonly LoadSecond[]): number | undefined {
  const [planned, started] = [
    seconds.reduce((total, second) => total + second.planned, 0),
    seconds.reduce((total, second) => total + second.started, 0),
  ];
  return planned === 0 || started >= RATE * planned ? undefined : started / planned;
}

/** What became of what began at `start` and was seen at `seen`. */
function afterwards(
  load: SteadyLoad,
  { rate, share, p90 }: Level,
  { start, seen }: { readonly start: number; readonly seen: number },
): { readonly again: number | undefined; readonly recovery: DipSummary["recovery"] } {
  const due = (second: number): number => share * load.second(second).planned;
  const width = Math.max(HELD_S, Math.ceil(LEAST_AGAIN / (rate * share * RATE)));
  const again = firstAsBefore({ ...load, from: seen + 1 }, width, { due, p90 })?.start;
  // In stretches in which so many are due that the rate is no chance.
  const until = again ?? load.until;
  const narrow = Math.min(Math.max(1, Math.ceil(LEAST_ADDED_UP / rate)), until - start);
  const depth = depthOf(servedWindows({ ...load, from: start, until }, narrow, { due, p90 }));
  return again === undefined
    ? { again, recovery: { state: "not-recovered", watched: us(usFromSeconds(load.until - start)), depth } }
    : { again, recovery: { state: "recovered", after: us(usFromSeconds(again - start)), depth } };
}
