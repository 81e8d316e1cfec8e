import type { Comparison } from "../compare/comparison.ts";
import type { Change } from "../conformance/baseline.ts";
import type { ExitCode } from "../model/error.ts";
import type { NegativeControl } from "../model/summary.ts";

/** What an upgrade of a server changed: report.json of an upgrade check. JSON-safe. */
export interface UpgradeReport {
  readonly version: 1;
  readonly rollcall: string;
  readonly before: ServerThen;
  readonly after: ServerThen;
  readonly rollCall: OldRollCall;
  readonly reprovisioning: Reprovisioning;
  /** Null: the scenario is not over MQTT, where the rules are tried. */
  readonly conformance: ConformanceChanges | null;
  /** Null: the runs must not be compared. */
  readonly comparison: Comparison | null;
  /** Why not, in words. */
  readonly refusals: readonly string[];
  readonly verdict: UpgradeVerdict;
}

export interface ServerThen {
  /** ISO 8601, wall clock. */
  readonly at: string;
  readonly target: string;
  /** As its administrator is told; null: nobody could ask. */
  readonly server: string | null;
  /** The release that it says it is, where its rules are not known: it is held against the newest that are. */
  readonly unknownRelease?: string | undefined;
  /** Releases that it behaves like, in words; empty: not tried. */
  readonly behavesLike: readonly string[];
}

/** Logins with the credentials that were issued before. */
export interface OldRollCall {
  readonly called: number;
  readonly connected: number;
  readonly absent: readonly { readonly why: string; readonly count: number }[];
  /** At most the first 20. */
  readonly absentNames: readonly string[];
  readonly negativeControl: NegativeControl;
}

/** Requests under names that were provisioned before. */
export interface Reprovisioning {
  readonly asked: number;
  /** By status, or "no answer". */
  readonly came: Readonly<Record<string, number>>;
  /** What the release of after answers under this strategy; null: nobody knows which release it is. */
  readonly expected: OldNameStatus | null;
  /** The same of the release of before. */
  readonly expectedBefore: OldNameStatus | null;
}

export type OldNameStatus = "SUCCESS" | "FAILURE";

export interface ConformanceChanges {
  readonly compared: number;
  /** `known`: the contract says so of this pair of releases. */
  readonly changes: readonly (Change & { readonly known: boolean })[];
}

export interface UpgradeVerdict {
  readonly passed: boolean;
  readonly exitCode: ExitCode;
  /** One sentence. */
  readonly headline: string;
  /** Each reason for not passing, worst first. */
  readonly reasons: readonly string[];
}
