import type { Us } from "./units.ts";

/** From `at` on, the schedule of an open load passes `speed` times as fast as the clock: 1 as planned, 0 not at all. */
export interface TempoChange {
  readonly at: Us;
  readonly speed: number;
}
