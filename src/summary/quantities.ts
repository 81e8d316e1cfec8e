import { type Figures, METRICS } from "../model/figures.ts";
import { LEDGER_ROWS, type Summary, type ThresholdResult } from "../model/summary.ts";

/** A figure of the summary under the name that thresholds use. */
export interface Measured {
  /** Null: the quantity exists, but not in this run. */
  readonly value: number | null;
  /** See Quantile. */
  readonly atLeast?: number | null | undefined;
  readonly unit: ThresholdResult["unit"];
}

type Unjudged = Pick<Summary, "ledger" | "measured" | "phases" | "rollCall" | "unknown" | "server">;

/**
 * Undefined: there is no such quantity. The names: `<metric>.<statistic>` (roundTrip.p99, login.max, connect.timeouts),
 * failureRate, plannedRate, startedRate, provisionedRate, loginsPerSecond, every row of the ledger, unknown, ghosts, missing, duplicates,
 * hold.sessions, hold.stayed, hold.lost. Times include those of time-outs, so that a server cannot meet a limit by
 * falling silent; they and the rates are of the measured phases, and of one phase with `<phase>:` before the name.
 */
export function measure(summary: Unjudged, name: string): Measured | undefined {
  const colon = name.lastIndexOf(":");
  if (colon >= 0) {
    const phase = summary.phases.find((each) => each.name === name.slice(0, colon));
    return phase === undefined ? undefined : measureFigures(phase.figures, name.slice(colon + 1));
  }
  return measureFigures(summary.measured, name) ?? measureRun(summary, name);
}

function measureFigures(figures: Figures, name: string): Measured | undefined {
  switch (name) {
    case "failureRate":
      return { value: figures.failureRate, unit: "ratio" };
    case "plannedRate":
    case "startedRate":
    case "provisionedRate":
      return { value: figures[name], unit: "per-second" };
    default:
      return measureLatency(figures, name);
  }
}

function measureLatency(figures: Figures, name: string): Measured | undefined {
  const [metricName, ...rest] = name.split(".");
  const metric = METRICS.find((each) => each === metricName);
  if (metric === undefined) return undefined;
  const statistic = rest.join(".");
  const { withTimeouts, timeouts } = figures.latencies[metric];
  switch (statistic) {
    case "min":
    case "mean":
    case "max":
      return { value: withTimeouts[statistic], unit: "us" };
    case "count":
      return { value: withTimeouts.count, unit: "count" };
    case "timeouts":
      return { value: timeouts, unit: "count" };
    default: {
      const quantile = withTimeouts.quantiles.find(({ q }) => namesOf(q).includes(statistic));
      return quantile === undefined ? undefined : { value: quantile.value, atLeast: quantile.atLeast, unit: "us" };
    }
  }
}

/** Every quantile by the names that thresholds have for it. */
export const quantilesByName: ReadonlyMap<string, number> = new Map(
  [0.5, 0.9, 0.95, 0.99, 0.999].flatMap((q) => namesOf(q).map((name): [string, number] => [name, q])),
);

/** 0.999 is p99.9, and p999 for those who write it so. */
function namesOf(q: number): readonly string[] {
  const percent = String(Number((q * 100).toPrecision(6)));
  return [`p${percent}`, `p${percent.replace(".", "")}`];
}

function measureRun({ ledger, rollCall, unknown, server }: Unjudged, name: string): Measured | undefined {
  const row = LEDGER_ROWS.find((each) => each === name);
  if (row !== undefined) return { value: ledger[row], unit: "count" };
  const { hold, duplicates, loginsPerSecond } = rollCall;
  switch (name) {
    case "unknown":
      return { value: unknown.count, unit: "count" };
    case "ghosts":
      return { value: server?.reconciliation?.ghosts.count ?? null, unit: "count" };
    case "missing":
      return { value: server?.reconciliation?.missing.count ?? null, unit: "count" };
    case "duplicates":
      return { value: duplicates.count, unit: "count" };
    case "loginsPerSecond":
      return { value: loginsPerSecond, unit: "per-second" };
    case "hold.sessions":
      return { value: hold?.sessions ?? null, unit: "count" };
    case "hold.stayed":
      return { value: hold?.stayed ?? null, unit: "count" };
    case "hold.lost":
      return { value: hold === undefined ? null : hold.sessions - hold.stayed, unit: "count" };
    default:
      return undefined;
  }
}
