import type { MarkSummary } from "../model/mark.ts";
import type { GroupSummary } from "../model/group-summary.ts";
import { type Figures, METRICS } from "../model/figures.ts";
import { type HoldSummary, LEDGER_ROWS, type Summary } from "../model/summary.ts";
import { measureBackground } from "./measure-background.ts";
import type { Measured } from "./measured.ts";
import { QUANTILES } from "./latency-tally.ts";

type Unjudged = Pick<
  Summary,
  "ledger" | "measured" | "phases" | "rollCall" | "unknown" | "server" | "marks" | "groups"
> & {
  readonly retries?: Summary["retries"] | undefined;
  readonly background?: Summary["background"] | undefined;
};

/**
 * Undefined: there is no such quantity. The names: `<metric>.<statistic>` (roundTrip.p99, login.max, connect.timeouts),
 * failureRate, plannedRate, startedRate, provisionedRate, loginsPerSecond, every row of the ledger, unknown, ghosts, missing, duplicates,
 * hold.sessions, hold.stayed, hold.lost, hold.notBack, hold.reconnects, hold.peak, timeToBack.p50, .p95 and .p99, retry.devices, retry.attempts, retry.recovered, retry.gaveUp, retry.ghostsMet,
 * untilCredentials.p50, .p95 and .p99, those of measure-background.ts, recovery (the longest of all marks). Times include those of time-outs, so that a server cannot meet a limit by
 * falling silent; they and the rates are of the measured phases, and of one phase with `<phase>:` before the name. With
 * `{group:<name>}` behind the name: of the devices of that group.
 */
export function measure(summary: Unjudged, name: string): Measured | undefined {
  const [, ofGroup, group] = /^(.*)\{group:([^{}]*)\}$/.exec(name) ?? [];
  if (ofGroup !== undefined) {
    const own = summary.groups?.find((each) => each.group === group);
    return own === undefined ? undefined : measureGroup(own, summary, ofGroup);
  }
  const colon = name.lastIndexOf(":");
  const phaseName = colon < 0 ? undefined : name.slice(0, colon);
  const ofBackground = measureBackground(summary.background, name.slice(colon + 1), phaseName);
  if (ofBackground !== undefined) return ofBackground;
  if (colon >= 0) {
    const phase = summary.phases.find((each) => each.name === name.slice(0, colon));
    return phase === undefined ? undefined : measureFigures(phase.figures, name.slice(colon + 1));
  }
  return measureFigures(summary.measured, name) ?? measureRun(summary, name);
}

function measureGroup(group: GroupSummary, { server }: Pick<Unjudged, "server">, name: string): Measured | undefined {
  const row = LEDGER_ROWS.find((each) => each === name && each !== "expected" && each !== "undeserved");
  if (row !== undefined && row !== "expected" && row !== "undeserved") {
    return {
      value: group[row] ?? null,
      why: row === "mute" ? "the roll call asked for no proof" : "of some devices nothing is known",
      unit: "count",
    };
  }
  switch (name) {
    case "failureRate":
      return { value: group.failureRate, unit: "ratio", why: NOTHING_STARTED };
    case "provisionedRate":
      return { value: group.perSecond, unit: "per-second", why: "the measured phases took less than a second" };
    case "unknown":
      return { value: group.unknown, unit: "count" };
    case "ghosts":
      return { ...onServer(server, "ghosts"), value: group.ghosts };
    default:
      return measureLatency(group, name);
  }
}

function measureFigures(figures: Figures, name: string): Measured | undefined {
  switch (name) {
    case "failureRate":
      return { value: figures.failureRate, unit: "ratio", why: NOTHING_STARTED };
    case "plannedRate":
    case "startedRate":
    case "provisionedRate":
      return { value: figures[name], unit: "per-second", why: NOTHING_STARTED };
    default:
      return measureLatency(figures, name);
  }
}

const NOTHING_STARTED = "nothing was started in a measured phase";

function measureLatency(figures: Pick<Figures, "latencies">, name: string): Measured | undefined {
  const [metricName, ...rest] = name.split(".");
  const metric = METRICS.find((each) => each === metricName);
  if (metric === undefined) return undefined;
  const statistic = rest.join(".");
  const { withTimeouts, timeouts } = figures.latencies[metric];
  const none = withTimeouts.count === 0 ? { why: "not one device got so far as to be timed" } : {};
  switch (statistic) {
    case "min":
    case "mean":
    case "max":
      return { value: withTimeouts[statistic], ...none, unit: "us" };
    case "count":
      return { value: withTimeouts.count, unit: "count" };
    case "timeouts":
      return { value: timeouts, unit: "count" };
    default: {
      const quantile = withTimeouts.quantiles.find(({ q }) => namesOf(q).includes(statistic));
      return quantile === undefined
        ? undefined
        : { value: quantile.value, atLeast: quantile.atLeast, ...none, unit: "us" };
    }
  }
}

/** Every quantile by the names that thresholds have for it. */
export const quantilesByName: ReadonlyMap<string, number> = new Map(
  QUANTILES.flatMap((q) => namesOf(q).map((name): [string, number] => [name, q])),
);

/** 0.999 is p99.9, and p999 for those who write it so. */
function namesOf(q: number): readonly string[] {
  const percent = String(Number((q * 100).toPrecision(6)));
  return [`p${percent}`, `p${percent.replace(".", "")}`];
}

function measureRun(
  { ledger, rollCall, unknown, server, marks, retries }: Unjudged,
  name: string,
): Measured | undefined {
  const row = LEDGER_ROWS.find((each) => each === name);
  if (row !== undefined) return { value: ledger[row] ?? null, why: "the roll call asked for no proof", unit: "count" };
  const { hold, duplicates, loginsPerSecond } = rollCall;
  switch (name) {
    case "unknown":
      return { value: unknown.count, unit: "count" };
    case "ghosts":
    case "missing":
      return onServer(server, name);
    case "duplicates":
      return { value: duplicates.count, unit: "count" };
    case "recovery":
      return recovery(marks ?? []);
    case "loginsPerSecond":
      return { value: loginsPerSecond, unit: "per-second", why: "no roll was called" };
    case "hold.sessions":
      return { value: hold?.sessions ?? null, unit: "count", why: NOTHING_HELD };
    case "hold.stayed":
      return { value: hold?.stayed ?? null, unit: "count", why: NOTHING_HELD };
    case "hold.lost":
      return { value: hold === undefined ? null : hold.sessions - hold.stayed, unit: "count", why: NOTHING_HELD };
    case "hold.notBack": {
      const notBack = hold && (hold.notBack ?? hold.sessions - hold.stayed);
      return { value: notBack ?? null, unit: "count", why: NOTHING_HELD };
    }
    case "hold.reconnects":
    case "hold.peak":
    case "timeToBack.p50":
    case "timeToBack.p95":
    case "timeToBack.p99":
      return measureReconnects(hold, name);
    default:
      return measureRetries(retries, name);
  }
}

function measureReconnects(
  hold: HoldSummary | undefined,
  name: "hold.reconnects" | "hold.peak" | `timeToBack.${"p50" | "p95" | "p99"}`,
): Measured {
  const reconnects = hold?.reconnects;
  const why = hold === undefined ? NOTHING_HELD : NO_RETRY;
  switch (name) {
    case "hold.reconnects":
      return { value: reconnects?.attempts ?? null, why, unit: "count" };
    case "hold.peak":
      return { value: reconnects === undefined ? null : (reconnects.peak?.attempts ?? 0), why, unit: "count" };
    case "timeToBack.p50":
    case "timeToBack.p95":
    case "timeToBack.p99": {
      const times = reconnects?.timeToBack;
      const quantile = name.slice("timeToBack.".length) as "p50" | "p95" | "p99";
      const none = times?.count === 0 ? { why: "no held session was lost and came back" } : {};
      return times === undefined ? { value: null, why, unit: "us" } : { value: times[quantile], ...none, unit: "us" };
    }
  }
}

const NO_RETRY = "no device may try again";

function measureRetries(retries: Summary["retries"], name: string): Measured | undefined {
  const count = (of: (known: NonNullable<Summary["retries"]>) => number): Measured =>
    retries === undefined ? { value: null, why: NO_RETRY, unit: "count" } : { value: of(retries), unit: "count" };
  switch (name) {
    case "retry.devices":
      return count(({ devices }) => devices);
    case "retry.attempts":
      return count((known) => known.retries);
    case "retry.recovered":
      return count(({ recovered }) => recovered);
    case "retry.gaveUp":
      return count(({ gaveUp }) => gaveUp);
    case "retry.ghostsMet":
      return count(({ ghostsMet }) => ghostsMet.count);
    case "untilCredentials.p50":
    case "untilCredentials.p95":
    case "untilCredentials.p99": {
      const quantile = name.slice("untilCredentials.".length) as "p50" | "p95" | "p99";
      if (retries === undefined) return { value: null, why: NO_RETRY, unit: "us" };
      return { value: retries.untilCredentials[quantile], unit: "us" };
    }
    default:
      return undefined;
  }
}

/** A load that was not served as before until its end took that long at least. */
function recovery(marks: readonly MarkSummary[]): Measured {
  if (marks.length === 0) return { value: null, why: "nothing was marked", unit: "us" };
  let [longest, open]: [number, string | undefined] = [0, undefined];
  for (const { text, recovery: found } of marks) {
    if (found.state === "recovered") longest = Math.max(longest, found.after);
    if (found.state === "not-recovered") {
      longest = Math.max(longest, found.watched);
      open = `${text}: not served as before until the load ended`;
    }
    if (found.state === "unknown") return { value: null, open: true, why: `${text}: ${found.why}`, unit: "us" };
  }
  return { value: longest, unit: "us", ...(open === undefined ? {} : { open: true, why: open }) };
}

const NOTHING_HELD = "no session was held";

/** What only an administrator can tell. */
function onServer(server: Summary["server"], name: "ghosts" | "missing"): Measured {
  if (server === undefined) return { value: null, open: true, why: "no administrator was asked", unit: "count" };
  const { reconciliation, unchecked } = server;
  if (reconciliation === null) {
    const why = unchecked.at(-1) ?? "the run was not reconciled";
    return { value: null, open: true, why, unit: "count" };
  }
  const value = reconciliation[name].count;
  if (name === "missing" || reconciliation.rest?.settled !== false) return { value, unit: "count" };
  return { value, open: true, why: "the server had not come to rest", unit: "count" };
}
