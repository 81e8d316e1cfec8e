import { usFromMs } from "../model/units.ts";

/** When the numbers may be believed: all limits of the validity rules, in one place; reports print them beside what was measured. */
export const LIMITS = {
  /** Event-loop utilisation above `level` in more than `share` of the one-second windows. */
  utilisation: { degraded: { level: 0.8, share: 0.05 }, void: { level: 0.95, share: 0.2 } },
  /** Event-loop delay p99 as a share of the round trip p50. */
  delay: { degraded: 0.1, void: 0.5 },
  /** Schedule lateness p99 as a multiple of the mean arrival gap, or of `floor` where that is larger. */
  lateness: { degraded: 1, void: 5, floor: usFromMs(10) },
  /** Starts a second, achieved over planned: below these. */
  achieved: { degraded: 0.99, void: 0.95 },
  /** Failures of this machine as a share of the devices started. */
  localErrors: { degraded: 0, void: 0.001 },
  /** How far the time axes of two machines may be apart, as a share of what it could move: see clock-signal.ts. */
  clocks: {
    second: { degraded: 0.01, void: 0.5 },
    /** Who came first in a burst is then not known; all else of it is. */
    burst: { degraded: 0.1, void: Infinity },
  },
  /** Share of this machine's processors that others took: above it a void run is their doing. */
  others: 0.5,
  /** Round trip p50 of the last third of a phase against the first. */
  drift: 0.1,
} as const;
