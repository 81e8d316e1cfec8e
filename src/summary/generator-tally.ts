import type { HealthSample } from "../model/health.ts";
import type { Tightest } from "../model/summary.ts";
import type { JournalFooter, JournalHeader } from "../record/journal-line.ts";
import { type Arrivals, createArrivals, mergeArrivals } from "./arrivals.ts";
import { LIMITS } from "./limits.ts";
import { tighter, UNKNOWN } from "./tightest.ts";

/** What is asked of each generator by itself: is its journal whole, and was it fit to measure? */
export interface GeneratorTally {
  header: JournalHeader | undefined;
  footer: JournalFooter | undefined;
  /** Entries read; the footer says how many there should be. */
  entries: number;
  linesAfterFooter: number;
  tornLines: number;
  /** Of its own devices. */
  outcomes: number;
  /** Outcomes of devices that belong to another generator, or to no phase. */
  foreign: number;
  provisioned: number;
  /** Roll-call entries, "uncalled" included. */
  verdicts: number;
  /** Highest seq that it may have started; -1: none. */
  claimedThrough: number;
  localErrors: number;
  /** By index of the phase. */
  readonly arrivals: Map<number, Arrivals>;
  readonly windows: Windows;
  tightest: Tightest;
}

/** Its one-second windows in measured phases. */
export interface Windows {
  count: number;
  busy: number;
  saturated: number;
  /** Event-loop delay p99 of each, in microseconds. */
  readonly delays: number[];
}

export function createGeneratorTally(): GeneratorTally {
  return {
    header: undefined,
    footer: undefined,
    entries: 0,
    linesAfterFooter: 0,
    tornLines: 0,
    outcomes: 0,
    foreign: 0,
    provisioned: 0,
    verdicts: 0,
    claimedThrough: -1,
    localErrors: 0,
    arrivals: new Map(),
    windows: { count: 0, busy: 0, saturated: 0, delays: [] },
    tightest: UNKNOWN,
  };
}

export function addWindow(windows: Windows, { eventLoopUtilisation, eventLoopDelayP99 }: HealthSample): void {
  windows.count += 1;
  if (eventLoopUtilisation > LIMITS.utilisation.degraded.level) windows.busy += 1;
  if (eventLoopUtilisation > LIMITS.utilisation.void.level) windows.saturated += 1;
  windows.delays.push(eventLoopDelayP99);
}

export function mergeGenerator(into: GeneratorTally, from: GeneratorTally): void {
  into.header ??= from.header;
  into.footer ??= from.footer;
  for (const key of [
    "entries",
    "linesAfterFooter",
    "tornLines",
    "outcomes",
    "foreign",
    "provisioned",
    "verdicts",
    "localErrors",
  ] as const) {
    into[key] += from[key];
  }
  for (const [phase, arrivals] of from.arrivals) mergeArrivals(arrivalsIn(into, phase), arrivals);
  into.claimedThrough = Math.max(into.claimedThrough, from.claimedThrough);
  for (const key of ["count", "busy", "saturated"] as const) into.windows[key] += from.windows[key];
  for (const delay of from.windows.delays) into.windows.delays.push(delay);
  into.tightest = tighter(into.tightest, from.tightest);
}

export function arrivalsIn({ arrivals }: GeneratorTally, phase: number): Arrivals {
  let found = arrivals.get(phase);
  if (found === undefined) {
    found = createArrivals();
    arrivals.set(phase, found);
  }
  return found;
}

/** Its journal ends as a journal should; otherwise what it does not say happened is not known. */
export function isWhole({ header, footer }: GeneratorTally): boolean {
  return header !== undefined && footer !== undefined && footer.lost === undefined;
}
