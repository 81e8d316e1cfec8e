import type { FailureKind, RejectionStatus, Stage } from "./outcome.ts";
import type { Us } from "./units.ts";

/**
 * A run over time, as pictures show it: of a summary, or of a run that goes on. Time is cut into windows of whole seconds that
 * begin at multiples of their length, so that those of parts of a run can be added. Lists have an entry a window.
 */
export interface Timeline {
  /** Second of the run at which the first window begins. */
  readonly from: number;
  /** Seconds that a window lasts. */
  readonly step: number;
  readonly spans: readonly TimelineSpan[];
  readonly counts: Readonly<Record<TimelineCount, readonly number[]>>;
  /** Started and not yet ended, at the end of each window. */
  readonly inFlight: readonly number[];
  /** Sessions held; null: not told. */
  readonly held: readonly (number | null)[];
  readonly failures: readonly { readonly kind: FailureKind; readonly counts: readonly number[] }[];
  readonly rejections: readonly { readonly status: RejectionStatus; readonly counts: readonly number[] }[];
  readonly roundTrips: readonly RoundTripWindow[];
  readonly heat: Heat;
  /** Mean time of each stage of the provisioned devices that were answered in a window; they add up to the service time. */
  readonly stages: readonly { readonly stage: Stage; readonly means: readonly (Us | null)[] }[];
  readonly generators: readonly GeneratorTimeline[];
  /** Generators that are not listed, since there are too many; those listed were the busiest. */
  readonly generatorsLeftOut: number;
  /** Absent: all devices were sent to one address. */
  readonly places?: readonly PlaceTimeline[];
  /** Addresses that are not listed; those listed had the most devices. */
  readonly placesLeftOut?: number;
  /** In the order of the plan; absent: the fleet has no groups. */
  readonly groups?: readonly GroupTimeline[];
}

export const TIMELINE_COUNTS = [
  "planned",
  "started",
  "provisioned",
  "rejected",
  "failed",
  "aborted",
  "timeouts",
  "connected",
  "refused",
  "unreachable",
] as const;
/** Arrivals by their planned time, starts and ends (of provisioning and of logins) by their own. */
export type TimelineCount = (typeof TIMELINE_COUNTS)[number];

/** Something of each count, in their order. */
export function byCount<T>(of: (count: TimelineCount) => T): Record<TimelineCount, T> {
  return {
    planned: of("planned"),
    started: of("started"),
    provisioned: of("provisioned"),
    rejected: of("rejected"),
    failed: of("failed"),
    aborted: of("aborted"),
    timeouts: of("timeouts"),
    connected: of("connected"),
    refused: of("refused"),
    unreachable: of("unreachable"),
  };
}

/** A stretch of the run that people name; seconds since its start, with fractions. */
export interface TimelineSpan {
  readonly kind: "phase" | "roll-call" | "hold";
  /** Index into the summary's phases; -1 of the others. */
  readonly phase: number;
  readonly name: string;
  readonly warmup: boolean;
  /** Its arrivals have times of their own: there is a planned line. */
  readonly open: boolean;
  readonly from: number;
  readonly to: number;
}

/**
 * Round trips of one phase in one or several windows: as many as a quantile needs, and never those of two phases. A quantile
 * is null where less than one of the samples lies beyond it.
 */
export interface RoundTripWindow {
  readonly phase: number;
  /** Seconds of the run; `to` is where the next begins. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly p50: Us | null;
  readonly p90: Us | null;
  readonly p99: Us | null;
  readonly max: Us;
}

/** How many round trips were how long, and when: windows of their own length, by latency bands whose bounds are the same in every run. */
export interface Heat {
  readonly from: number;
  readonly step: number;
  /** Ascending; band n is from bound n up to bound n + 1. */
  readonly bounds: readonly Us[];
  /** By window, then by band. */
  readonly counts: readonly (readonly number[])[];
}

/** The worst second of each window; null: none was measured. */
export interface GeneratorTimeline {
  readonly generator: number;
  readonly utilisation: readonly (number | null)[];
  readonly cpuShare: readonly (number | null)[];
  readonly delay: readonly (Us | null)[];
  readonly lateness: readonly (Us | null)[];
}

/** Devices of one group by their outcome, when they ended: those of all groups are those of the run. */
export interface GroupTimeline {
  readonly group: string;
  readonly provisioned: readonly number[];
  readonly rejected: readonly number[];
  readonly failed: readonly number[];
}

/** Devices by the time at which they were started: how many an address answered, and how many it did not, attempts included. */
export interface PlaceTimeline {
  readonly place: string;
  readonly answered: readonly number[];
  readonly failed: readonly number[];
}

/** The distribution of one clock in one measured phase, time-outs included at the time that was waited. */
export interface PercentileCurve {
  readonly phase: number;
  readonly metric: "roundTrip" | "responseTime";
  /** Ascending by q. Bounds are of a 95 % interval. */
  readonly points: readonly {
    readonly q: number;
    readonly value: Us;
    readonly low: Us;
    readonly high: Us;
  }[];
}
