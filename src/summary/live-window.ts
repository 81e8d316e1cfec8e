import type { HealthSample } from "../model/health.ts";
import { byCount, TIMELINE_COUNTS, type TimelineCount } from "../model/timeline.ts";
import { createStageSums, mergeStages, type StageSums } from "../record/stage-sums.ts";
import { addTo } from "./counts.ts";

/** What a live page keeps of a stretch of a run, from the snapshots that fell into it. Merging adds up. */
export interface LiveWindow {
  readonly counts: Record<TimelineCount, number>;
  readonly failures: Map<string, number>;
  readonly rejections: Map<string, number>;
  /** By generator, at the end of the window. */
  readonly inFlight: Map<number, number>;
  /** By generator, at the most. */
  readonly held: Map<number, number>;
  /** By phase. */
  readonly roundTrips: Map<number, LiveRoundTrips>;
  readonly stages: StageSums;
  /** The worst of each generator. */
  readonly health: Map<number, HealthSample>;
}

/** Counted in bands so narrow that a quantile is known to 1 %: sums of bands cost nothing, and 240 windows have 2 MB. */
export interface LiveRoundTrips {
  readonly bands: Uint32Array;
  count: number;
  max: number;
}

const BANDS_PER_DECADE = 240;
/** 10 minutes, as far as the histograms go. */
const BANDS = Math.ceil(BANDS_PER_DECADE * Math.log10(600_000_000)) + 1;

export function createLiveRoundTrips(): LiveRoundTrips {
  return { bands: new Uint32Array(BANDS), count: 0, max: 0 };
}

export function countRoundTrip(into: LiveRoundTrips, value: number, count: number): void {
  const band = Math.min(BANDS - 1, Math.floor(BANDS_PER_DECADE * Math.log10(Math.max(1, value))));
  into.bands[band] = (into.bands[band] ?? 0) + count;
  into.count += count;
  into.max = Math.max(into.max, value);
}

export function addLiveRoundTrips(into: LiveRoundTrips, from: LiveRoundTrips): void {
  from.bands.forEach((count, band) => {
    if (count > 0) into.bands[band] = (into.bands[band] ?? 0) + count;
  });
  into.count += from.count;
  into.max = Math.max(into.max, from.max);
}

/** Microseconds at the middle of a band. */
export function bandValue(band: number): number {
  return Math.round(10 ** ((band + 0.5) / BANDS_PER_DECADE));
}

/** The `rank`-th smallest, 1 to count. */
export function liveValueAtRank({ bands, max }: LiveRoundTrips, rank: number): number {
  let sum = 0;
  for (let band = 0; band < bands.length; band += 1) {
    sum += bands[band] ?? 0;
    if (sum >= rank) return Math.min(max, bandValue(band));
  }
  return max;
}

export function createLiveWindow(): LiveWindow {
  return {
    counts: byCount(() => 0),
    failures: new Map(),
    rejections: new Map(),
    inFlight: new Map(),
    held: new Map(),
    roundTrips: new Map(),
    stages: createStageSums(),
    health: new Map(),
  };
}

/** `from` is the later one: what it knows of its end is the end of both. */
export function mergeLiveWindow(into: LiveWindow, from: LiveWindow): void {
  for (const key of TIMELINE_COUNTS) into.counts[key] += from.counts[key];
  for (const [kind, count] of from.failures) addTo(into.failures, kind, count);
  for (const [status, count] of from.rejections) addTo(into.rejections, status, count);
  for (const [generator, count] of from.inFlight) into.inFlight.set(generator, count);
  for (const [generator, held] of from.held) into.held.set(generator, Math.max(held, into.held.get(generator) ?? 0));
  for (const [phase, roundTrips] of from.roundTrips) addLiveRoundTrips(roundTripsOf(into, phase), roundTrips);
  mergeStages(into.stages, from.stages);
  for (const [generator, sample] of from.health) addHealth(into, generator, sample);
}

export function roundTripsOf(window: LiveWindow, phase: number): LiveRoundTrips {
  let found = window.roundTrips.get(phase);
  if (found === undefined) window.roundTrips.set(phase, (found = createLiveRoundTrips()));
  return found;
}

export function addHealth(window: LiveWindow, generator: number, sample: HealthSample): void {
  const known = window.health.get(generator);
  window.health.set(
    generator,
    known === undefined
      ? sample
      : {
          ...sample,
          eventLoopUtilisation: Math.max(known.eventLoopUtilisation, sample.eventLoopUtilisation),
          cpuShare: Math.max(known.cpuShare, sample.cpuShare),
          eventLoopDelayP99:
            known.eventLoopDelayP99 > sample.eventLoopDelayP99 ? known.eventLoopDelayP99 : sample.eventLoopDelayP99,
          latenessP99: known.latenessP99 > sample.latenessP99 ? known.latenessP99 : sample.latenessP99,
        },
  );
}
