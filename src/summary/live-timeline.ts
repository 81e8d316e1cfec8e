import { FAILURE_KINDS, REJECTION_STATUSES, TIMEOUT_KINDS } from "../model/outcome.ts";
import type { Phase, Plan } from "../model/plan.ts";
import type { RunStage, Snapshot } from "../model/snapshot.ts";
import {
  byCount,
  type PercentileCurve,
  type RoundTripWindow,
  type Timeline,
  type TimelineSpan,
} from "../model/timeline.ts";
import { secondsFromUs, us } from "../model/units.ts";
import { addHistogram, countedValues, createHistogram, decodeHistogram, type Histogram } from "../record/histograms.ts";
import { createStageSums, mergeStages } from "../record/stage-sums.ts";
import { addTo } from "./counts.ts";
import { isOpen } from "./figures.ts";
import { worstHealth } from "./generator-timelines.ts";
import { bandOf, heatOfBands } from "./heat.ts";
import {
  addHealth,
  addLiveRoundTrips,
  bandValue,
  countRoundTrip,
  createLiveRoundTrips,
  createLiveWindow,
  type LiveRoundTrips,
  liveValueAtRank,
  type LiveWindow,
  mergeLiveWindow,
  roundTripsOf,
} from "./live-window.ts";
import { curvePoints } from "./percentile-curves.ts";
import { ENOUGH, windowQuantiles } from "./round-trip-windows.ts";
import { stageMeans, stagesSince } from "./stage-means.ts";
import { MOST_COLUMNS, MOST_WINDOWS } from "./windows.ts";

/** A run over time while it goes on, from what its generators tell once a second. */
export interface LiveTimelineSource {
  add(snapshot: Snapshot): void;
  /** Undefined: nothing was told yet. */
  read(): { readonly timeline: Timeline; readonly percentiles: readonly PercentileCurve[] } | undefined;
}

/**
 * Costs the same however long the run is: there are so many windows at most, each twice as long as before whenever they do
 * not suffice. Arrivals and ends are in the second in which they were told; quantiles are known to 1 %.
 */
export function createLiveTimeline({ phases }: Pick<Plan, "phases">): LiveTimelineSource {
  const before = new Map<number, Snapshot>();
  const spans = new Map<string, { stage: RunStage; from: number; to: number }>();
  const whole = new Map<number, Histogram>();
  let step = 1;
  let windows = new Map<number, LiveWindow>();

  function windowAt(second: number): LiveWindow {
    const index = Math.floor(second / step);
    let window = windows.get(index);
    if (window === undefined) windows.set(index, (window = createLiveWindow()));
    return window;
  }

  function widen(): void {
    const wider = new Map<number, LiveWindow>();
    for (const [index, window] of [...windows].toSorted(([a], [b]) => a - b)) {
      const known = wider.get(Math.floor(index / 2));
      if (known === undefined) wider.set(Math.floor(index / 2), window);
      else mergeLiveWindow(known, window);
    }
    step *= 2;
    windows = wider;
  }

  return {
    add(snapshot) {
      const { generator, at, stage, roundTrips, health } = snapshot;
      const second = Math.max(0, Math.ceil(secondsFromUs(at)) - 1);
      const window = windowAt(second);
      addCounts(window, snapshot, before.get(generator));
      window.inFlight.set(generator, snapshot.inFlight);
      window.held.set(generator, Math.max(snapshot.held, window.held.get(generator) ?? 0));
      if (health !== undefined) addHealth(window, generator, health);
      // What was answered since the snapshot before was asked for in the phase that went on then.
      const phase = phaseOf(before.get(generator)?.stage) ?? phaseOf(stage);
      if (roundTrips !== undefined && phase !== undefined) {
        const decoded = decodeHistogram(roundTrips);
        for (const [value, count] of countedValues(decoded)) countRoundTrip(roundTripsOf(window, phase), value, count);
        const all = whole.get(phase) ?? createHistogram();
        whole.set(phase, all);
        addHistogram(all, decoded);
      }
      noteSpan(stage, second);
      before.set(generator, snapshot);
      if (windows.size > MOST_WINDOWS) widen();
    },
    read() {
      const indices = [...windows.keys()];
      if (indices.length === 0) return undefined;
      const first = Math.min(...indices);
      const list = Array.from({ length: Math.max(...indices) - first + 1 }, (_, offset) => windows.get(first + offset));
      return {
        timeline: timelineOf(
          list,
          first * step,
          step,
          [...spans.values()].flatMap((span) => spanOf(span, phases)),
        ),
        percentiles: [...whole].flatMap(([phase, histogram]) => {
          const points = phases[phase]?.warmup === true ? [] : curvePoints(histogram);
          return points.length === 0 ? [] : [{ phase, metric: "roundTrip" as const, points }];
        }),
      };
    },
  };

  function noteSpan(stage: RunStage, second: number): void {
    const key = stage.kind === "load" ? `load ${stage.phase}` : stage.kind;
    const known = spans.get(key);
    spans.set(key, { stage, from: known?.from ?? second, to: Math.max(second + 1, known?.to ?? 0) });
  }
}

const phaseOf = (stage: RunStage | undefined): number | undefined => (stage?.kind === "load" ? stage.phase : undefined);

/** Totals since the start, less those of the snapshot before. */
function addCounts(
  { counts, failures, rejections, stages }: LiveWindow,
  now: Snapshot,
  was: Snapshot | undefined,
): void {
  counts.planned += now.planned - (was?.planned ?? 0);
  counts.started += now.started - (was?.started ?? 0);
  for (const state of ["provisioned", "rejected", "failed", "aborted"] as const) {
    counts[state] += now.outcomes[state] - (was?.outcomes[state] ?? 0);
  }
  for (const state of ["connected", "refused", "unreachable"] as const) {
    counts[state] += now.verdicts[state] - (was?.verdicts[state] ?? 0);
  }
  for (const kind of FAILURE_KINDS) {
    const count = (now.failures?.[kind] ?? 0) - (was?.failures?.[kind] ?? 0);
    addTo(failures, kind, count);
    if (TIMEOUT_KINDS.includes(kind)) counts.timeouts += count;
  }
  for (const status of REJECTION_STATUSES) {
    addTo(rejections, status, (now.rejections?.[status] ?? 0) - (was?.rejections?.[status] ?? 0));
  }
  mergeStages(stages, stagesSince(now.stages, was?.stages));
}

function timelineOf(
  windows: readonly (LiveWindow | undefined)[],
  from: number,
  step: number,
  spans: readonly TimelineSpan[],
): Timeline {
  const of = <T>(read: (window: LiveWindow) => T, none: T): readonly T[] =>
    windows.map((window) => (window === undefined ? none : read(window)));
  return {
    from,
    step,
    spans,
    counts: byCount((key) => of(({ counts }) => counts[key], 0)),
    inFlight: of(({ inFlight }) => sum([...inFlight.values()]), 0),
    held: of<number | null>(({ held }) => (held.size === 0 ? null : sum([...held.values()])), null),
    failures: FAILURE_KINDS.flatMap((kind) => {
      const counts = of(({ failures }) => failures.get(kind) ?? 0, 0);
      return counts.some((each) => each > 0) ? [{ kind, counts }] : [];
    }),
    rejections: REJECTION_STATUSES.flatMap((status) => {
      const counts = of(({ rejections }) => rejections.get(status) ?? 0, 0);
      return counts.some((each) => each > 0) ? [{ status, counts }] : [];
    }),
    roundTrips: roundTripWindows(windows, from, step),
    heat: heatOf(windows, from, step),
    stages: stageMeans(windows.map((window) => window?.stages ?? createStageSums())),
    ...worstHealth(windows.map((window) => (window === undefined ? [] : [window.health]))),
  };
}

/** As in a summary: never of two phases, and widened until one lies beyond p99; the newest stands as it is. */
function roundTripWindows(
  windows: readonly (LiveWindow | undefined)[],
  from: number,
  step: number,
): readonly RoundTripWindow[] {
  const phases = new Set(windows.flatMap((window) => [...(window?.roundTrips.keys() ?? [])]));
  return [...phases]
    .toSorted((a, b) => a - b)
    .flatMap((phase) => {
      const found: RoundTripWindow[] = [];
      let open: { roundTrips: LiveRoundTrips; first: number; last: number } | undefined;
      windows.forEach((window, index) => {
        const roundTrips = window?.roundTrips.get(phase);
        if (roundTrips === undefined || roundTrips.count === 0) return;
        open ??= { roundTrips: createLiveRoundTrips(), first: index, last: index };
        addLiveRoundTrips(open.roundTrips, roundTrips);
        open.last = index;
        if (open.roundTrips.count < ENOUGH) return;
        found.push(windowOf(phase, open, from, step));
        open = undefined;
      });
      if (open !== undefined) found.push(windowOf(phase, open, from, step));
      return found;
    });
}

function windowOf(
  phase: number,
  { roundTrips, first, last }: { readonly roundTrips: LiveRoundTrips; readonly first: number; readonly last: number },
  from: number,
  step: number,
): RoundTripWindow {
  const { count, max } = roundTrips;
  return {
    phase,
    from: from + first * step,
    to: from + (last + 1) * step,
    count,
    ...windowQuantiles(count, (rank) => liveValueAtRank(roundTrips, rank)),
    max: us(max),
  };
}

function heatOf(windows: readonly (LiveWindow | undefined)[], from: number, step: number) {
  const joined = 2 ** Math.max(0, Math.ceil(Math.log2(windows.length / MOST_COLUMNS)));
  const columns = Array.from({ length: Math.ceil(windows.length / joined) }, () => new Map<number, number>());
  windows.forEach((window, index) => {
    const column = columns[Math.floor(index / joined)];
    if (window === undefined || column === undefined) return;
    for (const { bands } of window.roundTrips.values()) {
      bands.forEach((count, band) => addTo(column, count === 0 ? 0 : bandOf(bandValue(band)), count));
    }
  });
  return heatOfBands(columns, { from, step: step * joined, count: columns.length });
}

function spanOf(
  { stage, from, to }: { readonly stage: RunStage; readonly from: number; readonly to: number },
  phases: readonly Phase[],
): readonly TimelineSpan[] {
  const other = { phase: -1, warmup: false, open: false, from, to };
  switch (stage.kind) {
    case "load": {
      const phase = phases[stage.phase];
      if (phase === undefined) return [];
      const { name, warmup } = phase;
      return [{ kind: "phase", phase: stage.phase, name, warmup, open: isOpen(phase), from, to }];
    }
    case "roll-call":
      return [{ kind: "roll-call", name: "roll call", ...other }];
    case "hold":
      return [{ kind: "hold", name: "hold", ...other }];
    case "waiting":
    case "before":
    case "after":
    case "done":
      return [];
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
