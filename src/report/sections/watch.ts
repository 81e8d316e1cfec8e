import type { Summary } from "../../model/summary.ts";
import { us } from "../../model/units.ts";
import { SYSTEM_INFO, type WatchedMetric, type WatchedService, type WatchedSource } from "../../model/watch.ts";
import {
  formatCount,
  formatDuration,
  formatNumber,
  formatPercent,
  formatRate,
  formatSize,
  formatTime,
  quantity,
} from "../../writing/notation.ts";
import type { Sheet } from "../../writing/sheet.ts";
import type { Column, Table } from "../../writing/table.ts";
import { printable } from "../../writing/text-width.ts";

export const WATCH_TITLE = "The server itself";

export function watchAbout({ watch }: Summary): string {
  const every = watch === undefined ? "" : `, asked every ${formatDuration(watch.every)}`;
  return `as it says itself while the run lasts${every}; no part of the verdict`;
}

const OWN = ["cpu", "memory", "disk"] as const;
const TIMES = ["median", "most"] as const;

const SERVICE_COLUMNS: readonly Column[] = [
  { title: "service", align: "left", prose: true },
  { title: "type", align: "left", prose: true },
  ...OWN.flatMap((what) => TIMES.map((when): Column => ({ title: `${what} ${when}`, align: "right" }))),
];

const METRIC_COLUMNS: readonly Column[] = [
  { title: "service", align: "left", prose: true },
  { title: "metric", align: "left", prose: true },
  { title: "median", align: "right" },
  { title: "most", align: "right" },
];

/** ThingsBoard's own account of its services, side by side; no rows where it was not asked. */
export function servicesTable({ watch }: Summary): Table {
  const services = (watch?.services ?? []).filter(({ source }) => source === SYSTEM_INFO);
  return { columns: SERVICE_COLUMNS, rows: services.map(serviceCells) };
}

function serviceCells({ service, type, metrics }: WatchedService): readonly string[] {
  const figures = OWN.flatMap((what) => {
    const metric = metrics.find((each) => each.metric === what);
    return TIMES.map((when) => (metric === undefined ? "-" : valueText(metric, metric[when])));
  });
  return [printable(service), printable(type ?? "-"), ...figures];
}

/** What Prometheus endpoints said. */
export function metricsTable({ watch }: Summary): Table {
  const services = (watch?.services ?? []).filter(({ source }) => source !== SYSTEM_INFO);
  const rows = services.flatMap(({ service, metrics }) =>
    metrics.map((metric) => [
      printable(service),
      printable(metric.metric),
      valueText(metric, metric.median),
      valueText(metric, metric.most),
    ]),
  );
  return { columns: METRIC_COLUMNS, rows };
}

function valueText({ unit }: Pick<WatchedMetric, "unit">, value: number): string {
  switch (unit) {
    case "share":
      return formatPercent(value);
    case "bytes":
      return formatSize(value);
    case "busy":
      return `${formatPercent(value)} of the time`;
    case "per-second":
      return `${formatRate(value)}/s`;
    case "number":
      return formatNumber(value);
  }
}

/** What asking cost, source by source, and where there was no answer. */
export function watchCosts({ watch }: Summary): readonly { readonly text: string; readonly gaps: boolean }[] {
  return (watch?.sources ?? []).map((source) => ({ text: costText(source), gaps: source.gaps > 0 }));
}

function costText({ source, looks, gaps, firstGap, requests, bytes, took }: WatchedSource): string {
  const time =
    took === null ? "" : `, ${formatTime(took.median)} a look in the median, ${formatTime(took.most)} at most`;
  const cost = `${quantity(looks, "look")}; ${quantity(requests, "request")}, ${formatCount(Math.ceil(bytes / 1_024))} KiB of answers${time}`;
  const when = firstGap === null ? "" : ` (first at ${formatDuration(us(Math.max(0, firstGap.at)))}: ${firstGap.why})`;
  return printable(`${source}: ${cost}${gaps === 0 ? "" : `; ${formatCount(gaps)} without an answer${when}`}`);
}

/** What is to be known of the figures. */
export function watchNote({ watch }: Summary): string {
  if (watch === undefined) return "";
  const { servicesLeftOut: left, services, sources } = watch;
  const more = left === 0 ? "" : `${quantity(left, "more service")} left out. `;
  if (services.length === 0) return `${more}Nothing was answered while the run lasted.`;
  return sources.some(({ source }) => source === SYSTEM_INFO)
    ? `${more}CPU, memory and disk are those of each service's machine. A single node measures for each look, which takes it a second; in a cluster each service announces itself once a minute, and its figures change no sooner.`
    : more.trim();
}

/** In one line: the busiest. Undefined: nobody watched, or nothing was answered. */
export function watchLine({ watch }: Summary): string | undefined {
  if (watch === undefined) return undefined;
  const gaps = watch.sources.reduce((sum, source) => sum + source.gaps, 0);
  const missing = gaps === 0 ? "" : `; ${quantity(gaps, "look")} without an answer`;
  const busiest = watch.services
    .flatMap(({ service, metrics }) => metrics.map((metric) => ({ service, ...metric })))
    .filter(({ metric }) => metric === "cpu" || metric === "process_cpu_usage" || metric === "system_cpu_usage")
    .toSorted((a, b) => b.most - a.most)[0];
  if (busiest === undefined) return `${quantity(watch.services.length, "service")} watched${missing}`;
  const { service, median, most } = busiest;
  return printable(
    `${quantity(watch.services.length, "service")} watched; the busiest, ${service}: CPU ${formatPercent(median)} in the median, ${formatPercent(most)} at most${missing}`,
  );
}

export function watchSection(summary: Summary, sheet: Sheet): readonly string[] {
  if (summary.watch === undefined) return [];
  const tables = [servicesTable(summary), metricsTable(summary)].filter(({ rows }) => rows.length > 0);
  const note = watchNote(summary);
  return [
    ...sheet.title(WATCH_TITLE.toUpperCase(), watchAbout(summary)),
    ...tables.flatMap((table) => sheet.table(table)),
    ...watchCosts(summary).flatMap(({ text, gaps }) => sheet.prose(text, gaps ? "warn" : "quiet")),
    ...(note === "" ? [] : sheet.prose(note, "quiet")),
  ];
}
