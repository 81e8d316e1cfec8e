import type { Us } from "./units.ts";

/** A worker's clock against the coordinator's, as measured over the bus; all in microseconds. */
export interface ClockReading {
  /** The worker's monotonic clock minus the coordinator's. */
  readonly offset: Us;
  /** The truth is within this of `offset`: half the fastest round trip, and the allowance for drift since. */
  readonly bound: Us;
  /** How much `offset` has changed since the run's start, by which its time 0 has moved on this machine. */
  readonly moved: Us;
  /** The fastest round trip so far. */
  readonly roundTrip: Us;
}
