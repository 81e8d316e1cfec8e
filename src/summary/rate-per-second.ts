import { type Us, usFromSeconds } from "../model/units.ts";

/** Shorter than that a rate is noise. */
const SHORTEST = usFromSeconds(1);

/** Null: over too short a time. */
export function ratePerSecond(count: number, over: Us): number | null {
  return over < SHORTEST ? null : (count / over) * 1_000_000;
}
