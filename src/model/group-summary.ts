import type { LatencyByState, Metric } from "./figures.ts";
import type { FailureKind } from "./outcome.ts";

/** One group of devices of several: its own ledger and its own times. */
export interface GroupSummary {
  readonly group: string;
  /** Where its devices were sent. */
  readonly url: string;
  /** Null: a phase ends by time, and of some devices nothing is known. */
  readonly planned: number | null;
  readonly started: number;
  readonly dropped: number;
  /** Of a generator that died: nothing is known of them. Null: as above. */
  readonly unreported: number | null;
  readonly provisioned: number;
  readonly rejected: number;
  readonly failed: number;
  readonly aborted: number;
  readonly connected: number;
  /** Absent: the roll call asked for the login alone. */
  readonly mute?: number;
  readonly refused: number;
  readonly unreachable: number;
  /** Provisioned, and not called. */
  readonly uncalled: number;
  /** Most frequent first. */
  readonly failures: readonly { readonly kind: FailureKind; readonly count: number }[];
  /** Devices that the server may have made though nobody was told. */
  readonly unknown: number;
  /** Those that it did make; null: no administrator was asked. */
  readonly ghosts: number | null;
  /** As that of the run, in the measured phases; null: none of its devices was due there. */
  readonly failureRate: number | null;
  /** Provisioned a second, in the measured phases; null: too short to tell. */
  readonly perSecond: number | null;
  readonly latencies: Readonly<Record<Metric, LatencyByState>>;
}
