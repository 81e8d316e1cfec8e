import type { ServerFacts } from "./administration.ts";
import type { DeviceCounts, ReconciliationRecord } from "./server-record.ts";

/**
 * A line of afterwards.ndjson in a run's folder: what was seen of its server, and done there, after the run had ended. The
 * file only grows, and the run's own results never change by it.
 */
export type Afterwards = LookRecord | DeletionRecord | CleanupRecord;

/** What an administrator was told. `at`: ISO 8601, wall clock. */
export interface LookRecord {
  readonly version: 1;
  readonly kind: "look";
  readonly at: string;
  readonly by: "reconcile" | "cleanup";
  readonly server: Pick<ServerFacts, "version" | "edition">;
  /** Name of the device profile. */
  readonly profile: string;
  readonly devices: DeviceCounts;
  readonly reconciliation: ReconciliationRecord;
  /** Addresses that told it, in order; absent: there was one. */
  readonly answeredBy?: readonly string[];
}

/** Written before the server is asked to delete a device, so that nobody else is blamed for its absence. */
export interface DeletionRecord {
  readonly version: 1;
  readonly kind: "deletion";
  readonly at: string;
  readonly id: string;
  readonly name: string;
}

/** How a cleanup ended. */
export interface CleanupRecord {
  readonly version: 1;
  readonly kind: "cleanup";
  readonly at: string;
  readonly deleted: number;
  /** Of its devices; null: nobody could look. */
  readonly left: number | null;
}
