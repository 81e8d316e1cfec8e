import type { DipSummary } from "../model/mark.ts";
import { us, usFromSeconds } from "../model/units.ts";
import type { Level, SteadyLoad } from "./level-before.ts";
import { depthOf, firstAsBefore, HELD_S, LEAST_AGAIN, RATE, servedWindows } from "./served-windows.ts";

/** At no rate fewer devices than these say how deep a dip is. */
export const LEAST_ADDED_UP = 50;

/** What became of what began at `start` and was seen at `seen`. */
export function afterDip(
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
