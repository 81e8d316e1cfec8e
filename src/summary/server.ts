import type { LookRecord } from "../model/afterwards.ts";
import type { DeviceCounts, ReconciliationRecord, ServerRecord } from "../model/server-record.ts";
import type { Named } from "../model/named.ts";
import type { ReconciliationSummary, ServerSummary } from "../model/server-summary.ts";

const NAMES_KEPT = 100;

/** server.json as the summary has it. */
export function serverOf(record: ServerRecord | undefined): ServerSummary | undefined {
  if (record === undefined) return undefined;
  const { server, profile, devices, reconciliation, unchecked, answeredBy } = record;
  return {
    version: server?.version ?? null,
    edition: server?.edition ?? null,
    profile,
    devices,
    reconciliation: reconciliation === null ? null : reconciliationOf(reconciliation),
    unchecked,
    ...(answeredBy === undefined ? {} : { answeredBy }),
  };
}

/** A later look, as a report shows it; `before`: what the run itself had counted. */
export function lookOf(
  {
    server,
    profile,
    devices,
    reconciliation,
    answeredBy,
  }: Pick<LookRecord, "server" | "profile" | "devices" | "reconciliation" | "answeredBy">,
  before: DeviceCounts | null,
): ServerSummary {
  const { version, edition } = server;
  return {
    version,
    edition,
    profile,
    devices: { before, after: devices },
    reconciliation: reconciliationOf(reconciliation),
    unchecked: [],
    ...(answeredBy === undefined ? {} : { answeredBy }),
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
    ...(record.stored === undefined ? {} : { stored: { ...record.stored, missing: named(record.stored.missing) } }),
    ...(record.made === undefined ? {} : { made: record.made }),
    ...(record.deleted === undefined ? {} : { deleted: named(record.deleted) }),
    ...(record.rest === undefined ? {} : { rest: record.rest }),
  };
}

function named(names: readonly string[]): Named {
  return { count: names.length, names: names.slice(0, NAMES_KEPT) };
}
