import type { Named } from "./named.ts";
import type { Rest, ServerRecord, StoredValues } from "./server-record.ts";

/** The server as its administrator was told: server.json with its lists cut to the first names. */
export interface ServerSummary {
  readonly version: string | null;
  readonly edition: string | null;
  readonly profile: string | null;
  readonly devices: ServerRecord["devices"];
  readonly reconciliation: ReconciliationSummary | null;
  readonly unchecked: readonly string[];
  /** Addresses that told it, in order; absent: there was one. */
  readonly answeredBy?: readonly string[];
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
  readonly stored?: Omit<StoredValues, "missing"> & { readonly missing: Named };
  readonly made?: number;
  readonly deleted?: Named;
  readonly rest?: Rest;
}
