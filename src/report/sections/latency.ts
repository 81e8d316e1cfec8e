import {
  type Figures,
  type Latency,
  type Metric,
  METRICS,
  ownShareOf,
  type Quantile,
  quantileOf,
} from "../../model/figures.ts";
import type { Summary } from "../../model/summary.ts";
import { formatCount, formatMs } from "../../writing/notation.ts";
import type { Sheet } from "../../writing/sheet.ts";
import { floorText } from "./calibration.ts";
import type { Cell, Column, Row, Table } from "../../writing/table.ts";
import {
  hasTimeouts,
  METRIC_MEANINGS,
  METRIC_NAMES,
  msOrDash,
  percentOrDash,
  QUANTILE_NAMES,
  quantileText,
  rateOrDash,
  OWN_SHARE_MEANING,
  TIMEOUTS_MEANING,
} from "../wording.ts";

/** Metrics whose clock starts at the schedule's time. */
const BY_SCHEDULE: readonly Metric[] = ["responseTime", "timeToUsable"];

const COLUMNS: readonly Column[] = [
  { title: "", align: "left" },
  { title: "samples", align: "right" },
  ...QUANTILE_NAMES.map(({ name }): Column => ({ title: name, align: "right" })),
  { title: "max", align: "right" },
];

/** The metrics to show: those with samples, and the headline in any case. Response time only where a schedule is. */
export function shownMetrics({ measured, phases }: Pick<Summary, "measured" | "phases">): readonly Metric[] {
  const open = phases.some((phase) => phase.open && !phase.warmup);
  return METRICS.filter((metric) => {
    const { success, timeouts } = measured.latencies[metric];
    if (metric === "roundTrip") return true;
    return success.count + timeouts > 0 && (open || !BY_SCHEDULE.includes(metric));
  });
}

export function latencyTable(summary: Pick<Summary, "measured" | "phases">): Table {
  const rows = shownMetrics(summary).flatMap((metric) => metricRows(metric, summary.measured));
  return { columns: COLUMNS, rows };
}

export function latencySection(summary: Summary, sheet: Sheet): readonly string[] {
  const { measured } = summary;
  const metrics = shownMetrics(summary);
  const table = latencyTable(summary);
  return [
    ...sheet.title("LATENCY", `of the measured phases${warmupText(summary)}, in milliseconds`),
    ...sheet.table(table),
    ...sheet.prose(intervalText(measured.latencies.roundTrip.success), "quiet"),
    ...tooFewText(table).flatMap((line) => sheet.prose(line, "quiet")),
    ...overflowText(measured).flatMap((line) => sheet.prose(line, "warn")),
    ...floorText(summary).flatMap((line) => sheet.prose(line, "quiet")),
    "",
    ...sheet.prose(ratesText(measured)),
    "",
    ...sheet.facts([
      ...metrics.map((metric) => [METRIC_NAMES[metric], { text: METRIC_MEANINGS[metric], tone: "quiet" }] as const),
      ...(isWatched(measured.latencies.roundTrip.success)
        ? [["generator's share", { text: OWN_SHARE_MEANING, tone: "quiet" }] as const]
        : []),
    ]),
    ...(metrics.some((metric) => hasTimeouts(measured.latencies[metric]))
      ? sheet.facts([["with time-outs", { text: TIMEOUTS_MEANING, tone: "quiet" }]])
      : []),
  ];
}

function warmupText({ phases }: Summary): string {
  return phases.some(({ warmup }) => warmup) ? " (warm-up left out)" : "";
}

function metricRows(metric: Metric, { latencies }: Figures): readonly Row[] {
  const latency = latencies[metric];
  const rows = [latencyRow(METRIC_NAMES[metric], latency.success, metric === "roundTrip")];
  if (metric === "roundTrip" && isWatched(latency.success)) rows.push(ownShareRow(latency.success));
  if (hasTimeouts(latency)) rows.push(latencyRow("  with time-outs", latency.withTimeouts, false));
  return rows;
}

function isWatched({ quantiles }: Latency): boolean {
  return quantiles.some((quantile) => typeof quantile.atLeast === "number");
}

/** How much of each quantile may be the generator's own. */
function ownShareRow(latency: Latency): Row {
  return [
    { text: "  generator's share, at most", tone: "quiet" },
    "",
    ...QUANTILE_NAMES.map(({ q }): Cell => {
      const quantile = quantileOf(latency, q);
      const share = quantile === undefined ? null : ownShareOf(quantile);
      return { text: share === null ? "" : formatMs(share), tone: "quiet" };
    }),
    "",
  ];
}

function latencyRow(name: string, latency: Latency, headline: boolean): Row {
  const tone = headline ? "title" : "plain";
  return [
    { text: name, tone },
    { text: formatCount(latency.count), tone },
    ...QUANTILE_NAMES.map(({ q }): Cell => {
      const text = quantileText(latency, q);
      return { text, tone: text.startsWith("n<") ? "quiet" : tone };
    }),
    { text: msOrDash(latency.max), tone },
  ];
}

/** "Round trip, 95 % intervals: p50 53.2 to 55.0, p99 101 to 110." */
export function intervalText(roundTrip: Latency): string {
  const intervals = QUANTILE_NAMES.filter(({ q }) => q === 0.5 || q === 0.99).flatMap(({ q, name }) => {
    const interval = quantileInterval(quantileOf(roundTrip, q));
    return interval === undefined ? [] : [`${name} ${interval}`];
  });
  if (roundTrip.count === 0) return "No round trip was measured.";
  return intervals.length === 0
    ? "Round trip: too few samples for a 95 % interval of any percentile."
    : `Round trip, 95 % confidence intervals: ${intervals.join(", ")}.`;
}

function quantileInterval(quantile: Quantile | undefined): string | undefined {
  if (quantile === undefined || quantile.low === null || quantile.high === null) return undefined;
  return `${formatMs(quantile.low)} to ${formatMs(quantile.high)}`;
}

export function tooFewText({ rows }: Table): readonly string[] {
  const shown = rows.some((row) => row.some((cell) => typeof cell === "object" && cell.text.startsWith("n<")));
  return shown ? ["n<368 and the like: too few samples for that percentile, which needs as many."] : [];
}

export function overflowText({ latencies }: Figures): readonly string[] {
  const over = METRICS.reduce((sum, metric) => sum + latencies[metric].success.overflow, 0);
  return over === 0 ? [] : [`${formatCount(over)} times were longer than 10 minutes and are in no percentile.`];
}

/** "A second: 100.0 planned, 99.9 started, 99.8 provisioned. Failure rate: 0 %." Without a schedule nothing is planned. */
export function ratesText({ plannedRate, startedRate, provisionedRate, failureRate }: Figures): string {
  if (startedRate === null && provisionedRate === null)
    return "No device was started in the measured phases, so there is no rate.";
  const planned = plannedRate === null ? "" : `${rateOrDash(plannedRate)} planned, `;
  const done = `${rateOrDash(startedRate)} started, ${rateOrDash(provisionedRate)} provisioned`;
  return `A second: ${planned}${done}. Failure rate: ${percentOrDash(failureRate)}.`;
}
