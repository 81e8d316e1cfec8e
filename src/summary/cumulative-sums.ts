import type { DipSummary } from "../model/mark.ts";
import type { Level, LoadSecond } from "./level-before.ts";
import { RATE, SLOWER } from "./served-windows.ts";

/** Of the round trips one in ten takes longer than the p90; so many may, before it is more than chance. */
const MAY_BE_SLOW = 0.3;

interface Sum {
  missing: number;
  /** Where it was nothing the last time. */
  start: number;
}

/** Page's cumulative sums (1954) of what is missing to 90 % of what was due, and of what took longer than it did. */
export type Sums = Record<DipSummary["kind"], Sum>;

export const createSums = (start: number): Sums => ({ fewer: { missing: 0, start }, slower: { missing: 0, start } });

export function addUp(
  { fewer, slower }: Sums,
  { provisioned, planned, roundTrips }: LoadSecond,
  { at, before }: { readonly at: number; readonly before: Level },
): void {
  grow(fewer, RATE * before.share * planned - provisioned, at);
  grow(slower, slowIn(roundTrips, before.p90) - MAY_BE_SLOW * roundTrips.length, at);
}

/** How many took longer than may be, against a p90. */
export function slowIn(roundTrips: Uint32Array, p90: number): number {
  const limit = SLOWER * p90;
  return roundTrips.reduce((count, value) => (value > limit ? count + 1 : count), 0);
}

function grow(sum: Sum, by: number, at: number): void {
  sum.missing = Math.max(0, sum.missing + by);
  if (sum.missing === 0) sum.start = at + 1;
}

/** Undefined: neither. */
export function reached({ fewer, slower }: Sums, most: number): DipSummary["kind"] | undefined {
  if (fewer.missing >= most) return "fewer";
  return slower.missing >= most ? "slower" : undefined;
}
