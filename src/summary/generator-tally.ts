import type { ClockReading } from "../model/clock-reading.ts";
import type { HealthSample } from "../model/health.ts";
import type { Tightest } from "../model/summary.ts";
import { addHistogram, createHistogram, type Histogram } from "../record/histograms.ts";
import { type Arrivals, createArrivals, mergeArrivals } from "./arrivals.ts";
import { worseClock } from "./clock-tally.ts";
import { LIMITS } from "./validity-limits.ts";
import { tighter, UNKNOWN } from "./tightest.ts";

/** What is asked of each generator by itself: was it fit to measure? */
export interface GeneratorTally {
  provisioned: number;
  /** Roll-call entries, "uncalled" included. */
  verdicts: number;
  localErrors: number;
  /** By index of the phase. */
  readonly arrivals: Map<number, Arrivals>;
  readonly windows: Windows;
  tightest: Tightest;
  /** Undefined: it ran where the run was started. */
  clock: ClockReading | undefined;
  /** Figures of its provisioned devices in measured phases; undefined: it ran where the run was started, or there are none. */
  roundTrips: Histogram | undefined;
}

/** Its one-second windows in measured phases. */
export interface Windows {
  count: number;
  busy: number;
  saturated: number;
  /** Event-loop delay p99 of each, in microseconds. */
  readonly delays: number[];
  /** Sums of shares of all processors, over the windows that have them. */
  readonly processors: { count: number; busy: number; stolen: number };
  /** Sum of the generator's own, in processors, over the same windows. */
  ownProcessors: number;
}

export function createGeneratorTally(): GeneratorTally {
  return {
    provisioned: 0,
    verdicts: 0,
    localErrors: 0,
    arrivals: new Map(),
    windows: {
      count: 0,
      busy: 0,
      saturated: 0,
      delays: [],
      processors: { count: 0, busy: 0, stolen: 0 },
      ownProcessors: 0,
    },
    tightest: UNKNOWN,
    clock: undefined,
    roundTrips: undefined,
  };
}

export function addWindow(windows: Windows, sample: HealthSample): void {
  const { eventLoopUtilisation, eventLoopDelayP99, processors, cpuShare } = sample;
  if (processors !== undefined) {
    windows.processors.count += 1;
    windows.processors.busy += processors.busy;
    windows.processors.stolen += processors.stolen;
    windows.ownProcessors += cpuShare;
  }
  windows.count += 1;
  if (eventLoopUtilisation > LIMITS.utilisation.degraded.level) windows.busy += 1;
  if (eventLoopUtilisation > LIMITS.utilisation.void.level) windows.saturated += 1;
  windows.delays.push(eventLoopDelayP99);
}

export function mergeGenerator(into: GeneratorTally, from: GeneratorTally): void {
  for (const key of ["provisioned", "verdicts", "localErrors"] as const) into[key] += from[key];
  for (const [phase, arrivals] of from.arrivals) mergeArrivals(arrivalsIn(into, phase), arrivals);
  for (const key of ["count", "busy", "saturated"] as const) into.windows[key] += from.windows[key];
  for (const key of ["count", "busy", "stolen"] as const) into.windows.processors[key] += from.windows.processors[key];
  into.windows.ownProcessors += from.windows.ownProcessors;
  for (const delay of from.windows.delays) into.windows.delays.push(delay);
  into.tightest = tighter(into.tightest, from.tightest);
  if (from.clock !== undefined) into.clock = worseClock(into.clock, from.clock);
  if (from.roundTrips !== undefined) addHistogram((into.roundTrips ??= createHistogram()), from.roundTrips);
}

export function arrivalsIn({ arrivals }: GeneratorTally, phase: number): Arrivals {
  let found = arrivals.get(phase);
  if (found === undefined) {
    found = createArrivals();
    arrivals.set(phase, found);
  }
  return found;
}
