import type { SourceSummary } from "../../model/source-summary.ts";
import type { Summary } from "../../model/summary.ts";
import { formatCount, formatPercent, quantity } from "../../writing/notation.ts";
import type { Sheet } from "../../writing/sheet.ts";
import type { Column, Row, Table } from "../../writing/table.ts";
import { printable } from "../../writing/text-width.ts";
import { timeOrDash } from "../wording.ts";

export const SOURCES_TITLE = "By source address";
export const SOURCES_ABOUT = "each local address that connections came from; all other figures are of all together";
export const SOURCES_NOTE =
  "The share is of all attempts from there. Round trip is of devices provisioned in the measured phases. Machines that have the same address share its line.";

/** A page of them; the rest is one line. */
const SHOWN = 20;

type SourceColumn = Column & { readonly of: (source: SourceSummary) => string };

const COLUMNS: readonly SourceColumn[] = [
  { title: "source address", align: "left", prose: true, of: ({ address }) => printable(address) },
  { title: "devices", align: "right", of: ({ devices }) => formatCount(devices) },
  { title: "failed", align: "right", of: ({ failed }) => formatCount(failed) },
  { title: "tried again", align: "right", of: ({ triedAgain }) => formatCount(triedAgain) },
  { title: "share", align: "right", of: (source) => (triesOf(source) === 0 ? "-" : formatPercent(shareOf(source))) },
  { title: "p50", align: "right", of: ({ roundTrip }) => timeOrDash(roundTrip.p50) },
  { title: "p99", align: "right", of: ({ roundTrip }) => timeOrDash(roundTrip.p99) },
  { title: "logins", align: "right", of: ({ logins }) => formatCount(logins) },
  { title: "no answer", align: "right", of: ({ failedLogins }) => formatCount(failedLogins) },
];

/** Columns of nothing but zeros are left out. */
function columnsFor(sources: readonly SourceSummary[]): readonly SourceColumn[] {
  const again = sources.some(({ triedAgain }) => triedAgain > 0);
  const called = sources.some(({ logins }) => logins > 0);
  return COLUMNS.filter(({ title }) => {
    if (title === "tried again") return again;
    return called || (title !== "logins" && title !== "no answer");
  });
}

function triesOf({ devices, triedAgain }: SourceSummary): number {
  return devices + triedAgain;
}

function shareOf(source: SourceSummary): number {
  return (source.failed + source.triedAgain) / triesOf(source);
}

/** The addresses side by side; no rows where there was one. */
export function sourcesTable({ sources = [] }: Summary): Table {
  const columns = columnsFor(sources);
  const rows = shownOf(sources).map((source): Row => {
    const cells = columns.map(({ of }) => of(source));
    return source.standsOut ? cells.map((text) => ({ text, tone: "bad" })) : cells;
  });
  return { columns, rows };
}

/** The same as plain text, titles first. */
export function sourceCells({ sources = [] }: Summary): readonly (readonly string[])[] {
  const columns = columnsFor(sources);
  return [columns.map(({ title }) => title), ...shownOf(sources).map((source) => columns.map(({ of }) => of(source)))];
}

function shownOf(sources: readonly SourceSummary[]): readonly SourceSummary[] {
  if (sources.length <= SHOWN) return sources;
  const rest = sources.slice(SHOWN - 1);
  const sum = (of: (source: SourceSummary) => number): number => rest.reduce((all, each) => all + of(each), 0);
  return [
    ...sources.slice(0, SHOWN - 1),
    {
      address: `${formatCount(rest.length)} more`,
      devices: sum(({ devices }) => devices),
      failed: sum(({ failed }) => failed),
      triedAgain: sum(({ triedAgain }) => triedAgain),
      failures: [],
      roundTrip: { count: sum(({ roundTrip }) => roundTrip.count), p50: null, p99: null },
      logins: sum(({ logins }) => logins),
      failedLogins: sum(({ failedLogins }) => failedLogins),
      standsOut: false,
    },
  ];
}

export function sourcesSection(summary: Summary, sheet: Sheet): readonly string[] {
  if (summary.sources === undefined) return [];
  return [
    ...sheet.title(SOURCES_TITLE.toUpperCase(), SOURCES_ABOUT),
    ...sheet.table(sourcesTable(summary)),
    ...sourceTroubles(summary).flatMap((line) => sheet.prose(line, "bad")),
    ...sheet.prose(SOURCES_NOTE, "quiet"),
  ];
}

/** Where all come through alike there is nothing to look at first. */
export function briefSourcesSection(summary: Summary, sheet: Sheet): readonly string[] {
  return summary.sources?.some(({ standsOut }) => standsOut) === true ? sourcesSection(summary, sheet) : [];
}

/** Those from which so much more failed than from the others that it is no accident. */
export function sourceTroubles({ sources = [] }: Summary): readonly string[] {
  return shownOf(sources)
    .filter(({ standsOut }) => standsOut)
    .map((source) => {
      const { address, devices, failed, triedAgain, logins, failedLogins, failures } = source;
      const again = triedAgain === 0 ? "" : `, ${quantity(triedAgain, "attempt")} had to be made again`;
      const called =
        logins === 0 ? "" : `, and ${formatCount(failedLogins)} of ${quantity(logins, "login")} got no answer`;
      const kinds = failures.slice(0, 3).map(({ kind, count }) => `${kind}: ${formatCount(count)}`);
      const why = kinds.length === 0 ? "" : ` Its failures are ${kinds.join(", ")}.`;
      return `From ${printable(address)} far more fails than from the others: ${formatCount(failed)} of ${quantity(devices, "device")} failed${again}${called}.${why}`;
    });
}
