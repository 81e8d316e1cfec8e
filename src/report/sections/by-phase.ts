import { type Latency, quantileOf } from "../../model/figures.ts";
import type { PhaseSummary, Summary } from "../../model/summary.ts";
import { formatCount, formatDuration, quantity } from "../../writing/notation.ts";
import type { Sheet } from "../../writing/sheet.ts";
import type { Cell, Column, Row, Table } from "../../writing/table.ts";
import { printable, truncate } from "../../writing/text-width.ts";
import { hasTimeouts, msOrDash, percentOrDash, quantileText, rateOrDash } from "../wording.ts";
import { overflowText, tooFewText } from "./latency.ts";

/** The quantiles that are looked at first. */
const QUANTILES = [0.5, 0.95, 0.99] as const;
const NAME_WIDTH = 20;
/** Of more phases those that did worst are shown, in the plan's order. */
const PHASES_SHOWN = 8;

const COLUMNS: readonly Column[] = [
  { title: "", align: "left" },
  { title: "devices", align: "right" },
  ...QUANTILES.map((q): Column => ({ title: `p${q * 100}`, align: "right" })),
  { title: "max", align: "right" },
  { title: "devices/s", align: "right" },
  { title: "failed", align: "right" },
];

/** Time and rate (provisioned devices a second) of each measured phase by itself: a mix of phases is the time of none. */
export function byPhaseSection({ phases, measured }: Summary, sheet: Sheet): readonly string[] {
  const own = phases.filter(({ warmup }) => !warmup);
  const shown = worstOf(own);
  const table = byPhaseTable(shown);
  const rest = own.length - shown.length;
  return [
    ...sheet.title("ROUND TRIP", `by phase, in milliseconds: request sent to answer read${warmupText(phases)}`),
    ...sheet.table(table),
    ...(rest === 0 ? [] : sheet.prose(`${quantity(rest, "more phase")} did better than these.`, "quiet")),
    ...tooFewText(table).flatMap((line) => sheet.prose(line, "quiet")),
    ...overflowText(measured).flatMap((line) => sheet.prose(line, "warn")),
  ];
}

function byPhaseTable(phases: readonly PhaseSummary[]): Table {
  return { columns: COLUMNS, rows: phases.flatMap(phaseRows) };
}

function phaseRows({ name, open, figures }: PhaseSummary): readonly Row[] {
  const { roundTrip, responseTime } = figures.latencies;
  const blank = ["", ""];
  return [
    [
      truncate(printable(name), NAME_WIDTH),
      ...timesOf(roundTrip.success),
      rateOrDash(figures.provisionedRate),
      failedCell(figures.failureRate),
    ],
    ...(hasTimeouts(roundTrip) ? [["  with time-outs", ...timesOf(roundTrip.withTimeouts), ...blank]] : []),
    ...(open ? [["  response time", ...timesOf(responseTime.withTimeouts), ...blank]] : []),
  ];
}

function timesOf(latency: Latency): readonly (string | Cell)[] {
  return [
    formatCount(latency.count),
    ...QUANTILES.map((q): string | Cell => {
      const text = quantileText(latency, q);
      return text.startsWith("n<") ? { text, tone: "quiet" } : text;
    }),
    msOrDash(latency.max),
  ];
}

const failedCell = (rate: number | null): string | Cell =>
  rate === null || rate === 0 ? percentOrDash(rate) : { text: percentOrDash(rate), tone: "warn" };

function worstOf(phases: readonly PhaseSummary[]): readonly PhaseSummary[] {
  if (phases.length <= PHASES_SHOWN) return phases;
  const p99 = ({ figures }: PhaseSummary): number =>
    quantileOf(figures.latencies.roundTrip.withTimeouts, 0.99)?.value ?? 0;
  const worst = phases.toSorted(
    (a, b) => (b.figures.failureRate ?? 0) - (a.figures.failureRate ?? 0) || p99(b) - p99(a),
  );
  const shown = new Set(worst.slice(0, PHASES_SHOWN));
  return phases.filter((phase) => shown.has(phase));
}

function warmupText(phases: readonly PhaseSummary[]): string {
  const warmups = phases.filter(({ warmup }) => warmup);
  if (warmups.length === 0) return "";
  const lasted = warmups.map(({ figures }) => formatDuration(figures.duration)).join(" and ");
  return `; warm-up of ${lasted} left out`;
}
