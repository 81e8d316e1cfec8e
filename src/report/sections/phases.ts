import type { PhaseSummary, Summary } from "../../model/summary.ts";
import { printable, truncate, wrapText } from "../../writing/text-width.ts";
import { formatCount, formatDuration } from "../../writing/notation.ts";
import type { Sheet } from "../../writing/sheet.ts";
import type { Column, Row, Table } from "../../writing/table.ts";
import { CLOSED_NOTE, percentOrDash, quantileText, rateOrDash } from "../wording.ts";

/** A row of the comparison: what it is, and how a phase has it. */
interface Line {
  readonly name: string;
  readonly of: (phase: PhaseSummary) => string;
}

export const PHASE_LINES: readonly Line[] = [
  { name: "load", of: ({ shape, warmup }) => `${printable(shape)}${warmup ? " (warm-up)" : ""}` },
  { name: "lasted", of: ({ figures }) => formatDuration(figures.duration) },
  { name: "devices planned", of: ({ figures }) => formatCount(figures.planned) },
  { name: "devices provisioned", of: ({ figures }) => formatCount(figures.provisioned) },
  { name: "failure rate", of: ({ figures }) => percentOrDash(figures.failureRate) },
  { name: "planned a second", of: ({ figures, open }) => (open ? rateOrDash(figures.plannedRate) : "no schedule") },
  { name: "started a second", of: ({ figures }) => rateOrDash(figures.startedRate) },
  { name: "provisioned a second", of: ({ figures }) => rateOrDash(figures.provisionedRate) },
  ...([0.5, 0.95, 0.99] as const).map((q) => ({
    name: `round trip p${q * 100}, ms`,
    of: ({ figures }: PhaseSummary) => quantileText(figures.latencies.roundTrip.success, q),
  })),
  {
    name: "response time p99, ms",
    of: ({ figures, open }) => (open ? quantileText(figures.latencies.responseTime.withTimeouts, 0.99) : "not defined"),
  },
];

/** The width of one phase's column; phases that do not fit go into further tables. */
const COLUMN_WIDTH = 18;
const NAME_WIDTH = Math.max(...PHASE_LINES.map(({ name }) => name.length));

/** Phases beside each other; nothing if there is only one, which the other tables are about already. */
export function phasesSection({ phases }: Summary, sheet: Sheet): readonly string[] {
  if (phases.length < 2) return [];
  const perTable = Math.max(1, Math.floor((sheet.width - NAME_WIDTH - 2) / (COLUMN_WIDTH + 2)));
  const tables: (readonly string[])[] = [];
  for (let first = 0; first < phases.length; first += perTable) {
    tables.push(sheet.table(phasesTable(phases.slice(first, first + perTable), COLUMN_WIDTH)));
  }
  return [
    ...sheet.title("PHASES", "side by side"),
    ...tables.flatMap((table, index) => (index === 0 ? table : ["", ...table])),
    ...(phases.some(({ open }) => !open) ? sheet.prose(CLOSED_NOTE, "quiet") : []),
  ];
}

/** A column for each phase. A text wider than `width` is broken, so that it does not push the others out. */
export function phasesTable(phases: readonly PhaseSummary[], width: number): Table {
  const columns: readonly Column[] = [
    { title: "", align: "left" },
    ...phases.map(({ name }): Column => ({ title: truncate(printable(name), width), align: "right" })),
  ];
  return { columns, rows: PHASE_LINES.flatMap(({ name, of }) => brokenRow(name, phases.map(of), width)) };
}

function brokenRow(name: string, texts: readonly string[], width: number): readonly Row[] {
  const broken = texts.map((text) => wrapText(text, width));
  const height = Math.max(...broken.map((lines) => lines.length));
  return Array.from({ length: height }, (_, index) => [
    index === 0 ? name : "",
    ...broken.map((lines) => lines[index] ?? ""),
  ]);
}
