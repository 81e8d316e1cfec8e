import { labelsText } from "../model/labels.ts";
import { formatCount, formatMs, formatRate, quantity } from "../writing/notation.ts";
import { createSheet } from "../writing/sheet.ts";
import type { Table } from "../writing/table.ts";
import { printable } from "../writing/text-width.ts";
import type { DamagedEntry, RunEntry, SeriesEntry } from "./entry.ts";
import type { Listed } from "./read-history.ts";
import type { Trend } from "./trend.ts";
import { leftOutText, minuteText, trendText, VERDICT_TONES } from "./wording.ts";

/** A history as tables for a terminal: the newest runs, series and checks, what changed. `shown`: so many of each at most. */
export function renderText(
  entries: readonly Listed[],
  trends: readonly Trend[],
  options: { readonly color: boolean; readonly width: number; readonly shown: number },
): string {
  const sheet = createSheet(options);
  const { runs, series, damaged } = sorted(entries);
  const cut = <T>(all: readonly T[]): readonly T[] => all.slice(0, options.shown);
  const more = (all: readonly unknown[]): readonly string[] =>
    all.length <= options.shown
      ? []
      : sheet.prose(`${formatCount(all.length - options.shown)} more: --limit shows them.`, "quiet");
  const lines: string[] = [];
  const part = (title: string, about: string, ...body: readonly (readonly string[])[]): void => {
    if (lines.length > 0) lines.push("");
    lines.push(...sheet.title(title, about), ...body.flat());
  };
  part(
    "Runs",
    runs.length === 0 ? "none" : `${quantity(runs.length, "run")}, the newest first`,
    runs.length === 0 ? [] : sheet.table(runsTable(cut(runs))),
    more(runs),
  );
  if (series.length > 0) {
    part("Series and checks", quantity(series.length, "folder"), sheet.table(seriesTable(cut(series))), more(series));
  }
  if (trends.length > 0) {
    part(
      "Trends",
      "of runs of one plan against one target: where a figure changed its level (Pettitt's test)",
      ...cut(trends).flatMap((trend) => [
        sheet.prose(printable(`${trend.scenario} at ${trend.target}: ${trendText(trend)}.`), "plain", "- "),
        leftOutText(trend) === "" ? [] : sheet.prose(`  ${leftOutText(trend)}.`, "quiet"),
      ]),
      more(trends),
    );
  }
  if (damaged.length > 0) {
    part(
      "Damaged",
      "folders of which nothing more is known",
      ...damaged.map((each) => sheet.prose(printable(each.headline), "warn", "- ")),
    );
  }
  return `${lines.join("\n")}\n`;
}

/** By what they are, in the order given. */
export function sorted(entries: readonly Listed[]) {
  const runs: (RunEntry & { readonly results: string })[] = [];
  const series: (SeriesEntry & { readonly results: string })[] = [];
  const damaged: (DamagedEntry & { readonly results: string })[] = [];
  for (const entry of entries) {
    switch (entry.kind) {
      case "run":
        runs.push(entry);
        break;
      case "damaged":
        damaged.push(entry);
        break;
      case "repeat":
      case "search":
      case "upgrade-check":
        series.push(entry);
        break;
    }
  }
  return { runs, series, damaged };
}

export function runsTable(runs: readonly RunEntry[]): Table {
  return {
    columns: [
      { title: "started", align: "left" },
      { title: "run", align: "left" },
      { title: "scenario", align: "left", prose: true },
      { title: "verdict", align: "left" },
      { title: "target", align: "left", prose: true },
      { title: "release", align: "left" },
      { title: "p50 ms", align: "right" },
      { title: "p99 ms", align: "right" },
      { title: "/s", align: "right" },
      { title: "labels", align: "left", prose: true },
    ],
    rows: runs.map((run) => [
      minuteText(run.startedAt),
      printable(run.id),
      printable(run.scenario),
      { text: run.verdict, tone: VERDICT_TONES[run.verdict] },
      run.simulated ? "SIMULATED" : printable(run.target),
      printable(run.release ?? "-"),
      run.p50 === null ? "-" : formatMs(run.p50),
      run.p99 === null ? "-" : formatMs(run.p99),
      run.rate === null ? "-" : formatRate(run.rate),
      [labelsText(run.labels), run.note].filter((text) => text !== "").join("; "),
    ]),
  };
}

export function seriesTable(series: readonly SeriesEntry[]): Table {
  return {
    columns: [
      { title: "started", align: "left" },
      { title: "kind", align: "left" },
      { title: "folder", align: "left", prose: true },
      { title: "scenario", align: "left", prose: true },
      { title: "how far", align: "left", prose: true },
    ],
    rows: series.map(({ startedAt, kind, path, scenario, headline }) => [
      minuteText(startedAt),
      kind,
      printable(path),
      printable(scenario),
      printable(headline),
    ]),
  };
}
