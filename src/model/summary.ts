import type { BackgroundSummary } from "./background.ts";
import type { Calibration } from "./calibration.ts";
import type { ClockReading } from "./clock-reading.ts";
import type { ExitCode } from "./error.ts";
import type { Figures } from "./figures.ts";
import type { GroupSummary } from "./group-summary.ts";
import type { FailureKind, RejectionStatus } from "./outcome.ts";
import type { DipSummary, MarkSummary } from "./mark.ts";
import type { SourceSummary } from "./source-summary.ts";
import type { LoginPlacesSummary, PlaceSummary, SpreadFacts } from "./place-summary.ts";
import type { ReconnectSummary, RetrySummary } from "./retry-summary.ts";
import type { RunFacts } from "./run-facts.ts";
import type { ServerSummary } from "./server-summary.ts";
import type { TempoChange } from "./tempo.ts";
import type { PercentileCurve, Timeline } from "./timeline.ts";
import type { Us } from "./units.ts";
import type { WatchSummary } from "./watch.ts";

/**
 * What one run showed. A pure function of the files in its folder, so that `rollcall report` rebuilds it to the byte.
 * JSON-safe; all times are microseconds; a figure that does not exist is null, never 0.
 */
export interface Summary {
  readonly version: 1;
  readonly run: RunFacts;
  readonly ledger: Ledger;
  /** Headline figures: the measured phases together, warm-up left out. */
  readonly measured: Figures;
  readonly phases: readonly PhaseSummary[];
  readonly seconds: readonly SecondSummary[];
  /** The run as pictures show it; undefined: nothing happened, or the summary was written by 0.1.0. */
  readonly timeline: Timeline | undefined;
  /** One for each measured phase; undefined: as above. */
  readonly percentiles: readonly PercentileCurve[] | undefined;
  readonly failures: readonly FailureSummary[];
  readonly rejections: readonly RejectionSummary[];
  readonly rollCall: RollCallSummary;
  /** Devices that the server may have created though no client was told. At most 100 names; the file names them all. */
  readonly unknown: { readonly count: number; readonly names: readonly string[] };
  /** Undefined: no administrator was there to ask. */
  readonly server: ServerSummary | undefined;
  /** The generators' own floor under this plan; undefined: it was not measured. */
  readonly calibration: CalibrationSummary | undefined;
  readonly thresholds: readonly ThresholdResult[];
  readonly validity: Validity;
  /** Absent: nobody marked anything. */
  readonly marks?: readonly MarkSummary[];
  /** Absent: none was found, or the load had no steady planned rate. */
  readonly dips?: readonly DipSummary[];
  /** Absent: the load was made on one machine. */
  readonly machines?: readonly MachineSummary[];
  /** Absent: all devices were sent to one address. */
  readonly places?: readonly PlaceSummary[];
  readonly spread?: SpreadFacts;
  /** Absent: connections came from one local address. */
  readonly sources?: readonly SourceSummary[];
  /** Absent: all devices are of one kind. */
  readonly groups?: readonly GroupSummary[];
  /** Absent: no device may try again. */
  readonly retries?: RetrySummary;
  /** Absent: each device logged in where its credentials were issued. */
  readonly logins?: LoginPlacesSummary;
  /** What the server said of itself while the run lasted; absent: it was not asked. */
  readonly watch?: WatchSummary;
  /** How its user changed the pace of the load while it went on; absent: it was left as planned. */
  readonly tempo?: readonly TempoChange[];
  /** What became of a fleet that was already there; absent: the plan has none. */
  readonly background?: BackgroundSummary;
  readonly verdict: RunVerdict;
}

/** One machine of several that made the load together: its share told apart. */
export interface MachineSummary {
  readonly name: string;
  readonly host: string;
  readonly cores: number;
  readonly generators: readonly number[];
  /** Those among them whose journal does not end as it should. */
  readonly lostGenerators: readonly number[];
  /** Devices of its share, and what became of them; without its journals only the first is known. */
  readonly devices: number;
  readonly provisioned: number;
  readonly unreported: number;
  /** The value for provisioned devices in the measured phases; null: too few samples. */
  readonly roundTrip: { readonly count: number; readonly p50: Us | null; readonly p99: Us | null };
  /** Devices provisioned a second over the measured phases; null: they were too short. Absent in summaries from before it was told. */
  readonly perSecond?: number | null;
  /** Its generators' worst second, figure by figure; absent as above. */
  readonly tightest?: Tightest;
  /** Its clock against the coordinator's, at the worst; null: no reading was recorded. */
  readonly clock: ClockReading | null;
  /** That of its worst generator. */
  readonly grade: Grade;
}

/**
 * planned = started + dropped + unreported; started = provisioned + rejected + failed + aborted;
 * provisioned = connected + mute + refused + unreachable + uncalled.
 */
export interface Ledger {
  readonly planned: number;
  readonly started: number;
  readonly dropped: number;
  /** Devices of a generator that died, or whose journal lost lines: nothing is known of them. */
  readonly unreported: number;
  readonly provisioned: number;
  readonly rejected: number;
  readonly failed: number;
  readonly aborted: number;
  readonly connected: number;
  /** Let in, and could not speak; absent: the roll call asked for the login alone. */
  readonly mute?: number;
  readonly refused: number;
  readonly unreachable: number;
  readonly uncalled: number;
  /** Rejected or failed as a misbehaving device was meant to be; part of the rows above. */
  readonly expected: number;
  /** Provisioned though they misbehaved on purpose and were to be refused; part of the rows above. */
  readonly undeserved: number;
  /** The equations that do not hold, in words; empty when it balances. */
  readonly imbalances: readonly string[];
}

/** Every row of the ledger, by its name in the report and in thresholds. */
export const LEDGER_ROWS = [
  "planned",
  "started",
  "dropped",
  "unreported",
  "provisioned",
  "rejected",
  "failed",
  "aborted",
  "connected",
  "mute",
  "refused",
  "unreachable",
  "uncalled",
  "expected",
  "undeserved",
] as const satisfies readonly Exclude<keyof Ledger, "imbalances">[];

export interface PhaseSummary {
  readonly name: string;
  readonly shape: string;
  /** "closed" phases have no response time under a declared load. */
  readonly open: boolean;
  readonly warmup: boolean;
  readonly figures: Figures;
}

/** Arrivals by the second of their intended time, starts by the second they started in, answers by that they ended in. */
export interface SecondSummary {
  readonly second: number;
  readonly planned: number;
  readonly started: number;
  readonly provisioned: number;
  readonly rejected: number;
  readonly failed: number;
  readonly roundTripP50: Us | null;
  readonly roundTripP99: Us | null;
}

export interface FailureSummary {
  readonly kind: FailureKind;
  readonly count: number;
  readonly example: { readonly device: string; readonly detail: string };
}

export interface RejectionSummary {
  readonly status: RejectionStatus;
  readonly count: number;
  readonly example: { readonly device: string; readonly message: string };
}

export interface RollCallSummary {
  readonly when: "after" | "inline" | "off";
  readonly called: number;
  readonly connected: number;
  /** What each device was to do beyond its login; absent: nothing. */
  readonly proof?: "telemetry" | "attributes";
  /** Let in, and could not speak; absent as `proof` is. */
  readonly mute?: RollCallSummary["unreachable"];
  readonly refused: readonly { readonly code: number; readonly reason: string; readonly count: number }[];
  readonly unreachable: readonly { readonly kind: FailureKind; readonly count: number; readonly example: string }[];
  /** Names of the first 20 devices whose credentials did not connect. */
  readonly absent: readonly string[];
  readonly loginsPerSecond: number | null;
  readonly negativeControl: NegativeControl;
  /** Devices that share one credential: the first 20 groups. */
  readonly duplicates: { readonly count: number; readonly groups: readonly (readonly string[])[] };
  readonly hold: HoldSummary | undefined;
}

/** "admitted": wrong credentials were let in, so that the roll call proves nothing. */
export type NegativeControl = "refused" | "admitted" | "unreachable" | "not-made";

export interface HoldSummary {
  readonly duration: Us;
  readonly sessions: number;
  /** Those that were never lost. */
  readonly stayed: number;
  /** Each loss, also of a session that had come back. */
  readonly lost: readonly { readonly reason: string; readonly count: number }[];
  /** Not connected at the end; absent: nobody may try again, so that they are all that were lost. */
  readonly notBack?: number;
  /** Absent: as above. */
  readonly reconnects?: ReconnectSummary;
}

export interface CalibrationSummary {
  readonly at: string;
  readonly floor: Calibration["floor"];
  /** In what it was measured otherwise than this run, in words: then it is not this run's floor. */
  readonly differences: readonly string[];
}

export interface ThresholdResult {
  readonly text: string;
  readonly passed: boolean;
  /** Null: the quantity does not exist (too few samples), which misses the threshold. */
  readonly measured: number | null;
  readonly limit: number | null;
  /** How far inside (positive) or outside the limit, as a share of it; null where it has none. */
  readonly margin: number | null;
  /** Missed by no more than the generator itself may have added: the target may be within the limit. Else absent. */
  readonly perhapsOurs?: true | undefined;
  /** Nobody can tell whether it was met, and it was not missed either; absent: it is decided. */
  readonly undecided?: true;
  /** Why it is undecided, or could not be measured, in words; absent: it was measured, or there are too few samples. */
  readonly why?: string;
  readonly unit: "us" | "ratio" | "count" | "per-second";
}

export type Grade = "valid" | "degraded" | "void";

export interface Signal {
  readonly name: string;
  readonly grade: Grade;
  /** In words, with the unit: "3.1 % of windows above 0.80". */
  readonly measured: string;
  readonly degradedAbove: string;
  readonly voidAbove: string;
}

export interface Validity {
  readonly grade: Grade;
  /** The grade of the run: that of its worst generator, or of all together. */
  readonly signals: readonly Signal[];
  /** What is asked of each by itself: its event loop and its local errors. */
  readonly generators: readonly {
    readonly generator: number;
    readonly grade: Grade;
    readonly signals: readonly Signal[];
  }[];
  readonly tightest: Tightest;
  /** Absent: not known, or the load was made on several machines. */
  readonly others?: OtherPrograms;
  /** What the reader should know: warm-up drift, missing calibration, insecure TLS, interrupted. */
  readonly warnings: readonly string[];
}

/** What of the machine's processors the generators did not have, in the mean over the measured phases, each 0 to 1. */
export interface OtherPrograms {
  /** Used by programs that are no generators; a simulator that is the target is one of them. */
  readonly share: number;
  readonly stolen: number;
  /** That is why the generators were not fit to measure. */
  readonly toBlame: boolean;
}

/** The worst second of any generator in the whole run, figure by figure; null: not known. */
export interface Tightest {
  /** 1 is one core. */
  readonly cpuShare: number | null;
  readonly gcPause: Us | null;
  readonly residentBytes: number | null;
  readonly openFiles: { readonly most: number; readonly of: number } | null;
  /** At least so many; see LocalResources. */
  readonly freePorts: { readonly least: number; readonly of: number } | null;
}

export interface RunVerdict {
  readonly passed: boolean;
  readonly exitCode: ExitCode;
  /** One sentence. */
  readonly headline: string;
  /** Each reason for not passing, worst first. */
  readonly reasons: readonly string[];
}
