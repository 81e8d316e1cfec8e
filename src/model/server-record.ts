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
}

/** How many devices there are. */
export interface DeviceCounts {
  readonly tenant: number;
  readonly profile: number | null;
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
}
