import type { BackgroundProgress } from "./background.ts";
import type { PhaseMeter } from "./device-meters.ts";
import type { HealthSample } from "./health.ts";
import type { FailureKind, OutcomeState, RejectionStatus, Stage, VerdictCounts } from "./outcome.ts";
import type { Us } from "./units.ts";

/** What one generator tells its parent once a second. Counts are totals since its start; merging adds them. */
export interface Snapshot {
  readonly generator: number;
  readonly at: Us;
  readonly stage: RunStage;
  readonly planned: number;
  readonly started: number;
  readonly inFlight: number;
  readonly outcomes: Readonly<Record<OutcomeState, number>>;
  /** Of the outcomes, by kind, as far as there are any; absent: a worker of an earlier release. */
  readonly failures?: Readonly<Partial<Record<FailureKind, number>>>;
  readonly rejections?: Readonly<Partial<Record<RejectionStatus, number>>>;
  readonly verdicts: VerdictCounts;
  /** Round trips of provisioned devices ended since the snapshot before, as an HDR histogram in its V2 base64 form; undefined: none. */
  readonly roundTrips: string | undefined;
  /** Time that the provisioned devices spent in each stage; absent: a worker of an earlier release. */
  readonly stages?: StageTimes;
  /** Phase by phase, where a threshold may stop the run; else absent. */
  readonly byPhase?: readonly PhaseSnapshot[] | undefined;
  readonly held: number;
  /** Absent: there is no background, or nothing of it yet. */
  readonly background?: BackgroundProgress | undefined;
  /** Devices that wait for their next attempt; absent: none does. */
  readonly waiting?: number;
  /** Absent: no device has tried again, or is to. */
  readonly retries?: RetryCounts;
  readonly health: HealthSample | undefined;
  /** By phase, those in which a device has ended; absent where no metrics are asked for. */
  readonly meters?: readonly PhaseMeter[];
}

/** What came of devices that try again. */
export interface RetryCounts {
  /** Attempts after a device's first that have ended. */
  readonly ended: number;
  /** Devices that were provisioned by one of them. */
  readonly recovered: number;
}

/** Devices, and microseconds that all of them together spent in each stage. */
export interface StageTimes {
  readonly devices: number;
  readonly sums: Readonly<Partial<Record<Stage, number>>>;
}

/** One phase of one generator, without devices that misbehave on purpose. Counts are totals since its start. */
export interface PhaseSnapshot {
  /** Index into the plan's phases. */
  readonly phase: number;
  /** Devices with an outcome. */
  readonly ended: number;
  /** Those of them that were not provisioned. */
  readonly failures: number;
  readonly timeouts: number;
  /** As in Snapshot, with time-outs at their value. */
  readonly roundTrips: string | undefined;
}

/** What the run is doing: a phase of the load by its index, the roll call, holding sessions, watching the background, or nothing. */
export type RunStage =
  | { readonly kind: "waiting" }
  /** The background connects, and is measured by itself before the load, and after it. */
  | { readonly kind: "before" }
  | { readonly kind: "load"; readonly phase: number }
  | { readonly kind: "roll-call" }
  | { readonly kind: "hold" }
  | { readonly kind: "after" }
  | { readonly kind: "done" };
