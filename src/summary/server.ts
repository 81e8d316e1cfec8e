import type { ReconciliationRecord, ServerRecord } from "../model/server-record.ts";
import type { Named, ReconciliationSummary, ServerSummary } from "../model/summary.ts";

const NAMES_KEPT = 100;

/** server.json as the summary has it. */
export function serverOf(record: ServerRecord | undefined): ServerSummary | undefined {
  if (record === undefined) return undefined;
  const { server, profile, devices, reconciliation, unchecked } = record;
  return {
    version: server?.version ?? null,
    edition: server?.edition ?? null,
    profile,
    devices,
    reconciliation: reconciliation === null ? null : reconciliationOf(reconciliation),
    unchecked,
  };
}

function reconciliationOf(record: ReconciliationRecord): ReconciliationSummary {
  return {
    at: record.at,
    present: record.present,
    missing: named(record.missing),
    ghosts: named(record.ghosts),
    foreign: named(record.foreign),
    wrongGateway: named(record.wrongGateway),
    unnamed: record.unnamed,
    credentials: { checked: record.credentials.checked, differing: named(record.credentials.differing) },
  };
}

function named(names: readonly string[]): Named {
  return { count: names.length, names: names.slice(0, NAMES_KEPT) };
}
