/**
 * server.json in a run's folder: what the server's administrator was told of it before and after the load, as far as
 * there was one to ask. JSON-safe; holds names, never a credential.
 */
export interface ServerRecord {
  readonly version: 1;
  /** Null: it could not be asked. */
  readonly server: { readonly version: string; readonly edition: string | null } | null;
  /** Name of the device profile that has the run's provision key; null: the tenant has none. */
  readonly profile: string | null;
  readonly devices: { readonly before: DeviceCounts | null; readonly after: DeviceCounts | null };
  /** Ids of the devices that bore a name of the run before it began; absent: nobody looked. */
  readonly seenBefore?: readonly string[];
  readonly reconciliation: ReconciliationRecord | null;
  /** What could not be looked at, and why: a sentence each. */
  readonly unchecked: readonly string[];
  /** Addresses that told it, in order; absent: there was one. */
  readonly answeredBy?: readonly string[];
}

/** How many devices there are. */
export interface DeviceCounts {
  readonly tenant: number;
  readonly profile: number | null;
}

/** How a server was waited for that may still have been creating devices. */
export interface Rest {
  /** False: it had not come to rest when the time for that was over; what was found is the least that there is. */
  readonly settled: boolean;
  /** From the first look to the last. */
  readonly waitedMs: number;
  /** How often its devices were counted; 0: it tells by itself whether it has anything to do. */
  readonly counts: number;
}

/** Of some devices whose telemetry was acknowledged, whether the server has stored what they published. */
export interface StoredValues {
  readonly asked: number;
  /** Those of which it has not. */
  readonly missing: readonly string[];
  /** From the first look to the last. */
  readonly waitedMs: number;
  /** Why it could not be looked at; then nothing is known. */
  readonly unread?: string;
}

/** The run's devices, held against the server's. */
export interface ReconciliationRecord {
  /** ISO 8601, wall clock. */
  readonly at: string;
  /** Created and told. */
  readonly present: number;
  /** Told, and not there. */
  readonly missing: readonly string[];
  /** There, and never told. */
  readonly ghosts: readonly string[];
  /** Bear a name of the run, and were not made by it. */
  readonly foreign: readonly string[];
  /** The run's devices that have another gateway flag than was asked for. */
  readonly wrongGateway: readonly string[];
  /** Devices that left their name to the server: nobody can tell which they are. */
  readonly unnamed: number;
  readonly credentials: {
    /** Devices whose credentials were asked for, one call each. */
    readonly checked: number;
    /** Those of which the server has others than it issued. */
    readonly differing: readonly string[];
  };
  /** Absent: no device was asked to publish, or none was let in. */
  readonly stored?: StoredValues;
  /** Devices of the profile that the run made, told of or not; absent: a file of 0.1.0. */
  readonly made?: number;
  /** Deleted by cleanup since the run, and not there; absent: none. */
  readonly deleted?: readonly string[];
  /** Absent: no outcome was in doubt, so that one look was enough; or a file of 0.1.0. */
  readonly rest?: Rest;
}
