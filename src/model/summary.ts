import type { Calibration } from "./calibration.ts";
import type { ExitCode } from "./error.ts";
import type { FailureKind, RejectionStatus } from "./outcome.ts";
import type { MqttVersion, Transport } from "./plan.ts";
import type { ServerRecord } from "./server-record.ts";
import type { Us } from "./units.ts";

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
  readonly verdict: RunVerdict;
}

export interface RunFacts {
  readonly id: string;
  readonly scenario: string;
  readonly description: string;
  readonly planHash: string;
  readonly prefix: string;
  readonly seed: number;
  /** ISO 8601, wall clock, stamped once. */
  readonly startedAt: string;
  /** From run start to the last entry of any journal. */
  readonly duration: Us;
  /** "crashed": a generator's journal has no footer. */
  readonly state: "complete" | "interrupted" | "crashed";
  readonly target: {
    readonly url: string;
    readonly transport: Transport;
    readonly mqttVersion: MqttVersion;
    readonly simulated: boolean;
    readonly insecureTls: boolean;
  };
  readonly rollcall: string;
  readonly node: string;
  readonly machine: { readonly cores: number; readonly cpu: string; readonly memoryBytes: number; readonly os: string };
  readonly generators: number;
  /** Generators (by index) that died before writing their footer. */
  readonly lostGenerators: readonly number[];
}

/**
 * planned = started + dropped + unreported; started = provisioned + rejected + failed + aborted;
 * provisioned = connected + refused + unreachable + uncalled.
 */
export interface Ledger {
  readonly planned: number;
  readonly started: number;
  readonly dropped: number;
  /** Of a generator that died, or whose journal lost lines: nothing is known of these. */
  readonly unreported: number;
  readonly provisioned: number;
  readonly rejected: number;
  readonly failed: number;
  readonly aborted: number;
  readonly connected: number;
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
  "refused",
  "unreachable",
  "uncalled",
  "expected",
  "undeserved",
] as const satisfies readonly Exclude<keyof Ledger, "imbalances">[];

/** All of one set of outcomes: the measured phases, or one phase. */
export interface Figures {
  /** Arrivals that fell due: not those that an interruption dropped, nor those of which a dead generator says nothing. */
  readonly planned: number;
  readonly started: number;
  readonly provisioned: number;
  /** (rejected + failed, unexpected ones, undeserved and dropped by the cap) / planned; null if nothing was planned. */
  readonly failureRate: number | null;
  /** First intended to last ended. */
  readonly duration: Us;
  /** Starts a second as planned; null under closed load. */
  readonly plannedRate: number | null;
  readonly startedRate: number | null;
  /** Provisioned devices a second. */
  readonly provisionedRate: number | null;
  readonly latencies: Readonly<Record<Metric, LatencyByState>>;
}

/** measurement.md, "Clocks and stages": what each is from and to. */
export const METRICS = [
  "roundTrip",
  "responseTime",
  "serviceTime",
  "connect",
  "accept",
  "acknowledge",
  "login",
  "timeToUsable",
] as const;
export type Metric = (typeof METRICS)[number];

/** Success and failure never share a histogram. Time-outs are in `failure`, at their value, and counted. */
export interface LatencyByState {
  readonly success: Latency;
  readonly failure: Latency;
  /**
   * Success and time-outs together: what percentiles must not hide when the server stops answering. Kept for
   * roundTrip, responseTime, serviceTime and login; elsewhere equal to `success`.
   */
  readonly withTimeouts: Latency;
  readonly timeouts: number;
}

export interface Latency {
  readonly count: number;
  readonly min: Us | null;
  readonly mean: number | null;
  readonly max: Us | null;
  readonly quantiles: readonly Quantile[];
  /** Values beyond 10 minutes, counted and never clamped. */
  readonly overflow: number;
}

export interface Quantile {
  /** 0.5, 0.9, 0.95, 0.99, 0.999. */
  readonly q: number;
  /** Null: too few samples for a two-sided 95 % interval. */
  readonly value: Us | null;
  readonly low: Us | null;
  readonly high: Us | null;
  /** How many samples this quantile needs. */
  readonly needs: number;
}

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
  readonly stayed: number;
  readonly lost: readonly { readonly reason: string; readonly count: number }[];
}

export interface CalibrationSummary {
  readonly at: string;
  readonly floor: Calibration["floor"];
  /** In what it was measured otherwise than this run, in words: then it is not this run's floor. */
  readonly differences: readonly string[];
}

/** The server as its administrator was told: server.json with its lists cut to the first names. */
export interface ServerSummary {
  readonly version: string | null;
  readonly edition: string | null;
  readonly profile: string | null;
  readonly devices: ServerRecord["devices"];
  readonly reconciliation: ReconciliationSummary | null;
  readonly unchecked: readonly string[];
}

export interface ReconciliationSummary {
  readonly at: string;
  readonly present: number;
  readonly missing: Named;
  readonly ghosts: Named;
  readonly foreign: Named;
  readonly wrongGateway: Named;
  readonly unnamed: number;
  readonly credentials: { readonly checked: number; readonly differing: Named };
}

/** At most 100 names. */
export interface Named {
  readonly count: number;
  readonly names: readonly string[];
}

export interface ThresholdResult {
  readonly text: string;
  readonly passed: boolean;
  /** Null: the quantity does not exist (too few samples), which misses the threshold. */
  readonly measured: number | null;
  readonly limit: number | null;
  /** How far inside (positive) or outside the limit, as a share of it; null where it has none. */
  readonly margin: number | null;
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
  /** Of the run: of its worst generator, or of all together. */
  readonly signals: readonly Signal[];
  /** What is asked of each by itself: its event loop and its local errors. */
  readonly generators: readonly {
    readonly generator: number;
    readonly grade: Grade;
    readonly signals: readonly Signal[];
  }[];
  readonly tightest: Tightest;
  /** What the reader should know: warm-up drift, missing calibration, insecure TLS, interrupted. */
  readonly warnings: readonly string[];
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
