import type { PhaseSummary, Summary } from "../model/summary.ts";
import { printable } from "../writing/text-width.ts";
import { formatCount } from "../writing/notation.ts";
import { cardsElement, escapeHtml, facts, paragraph, section, tableElement } from "../writing/html-elements.ts";
import { floorText } from "./sections/calibration.ts";
import { intervalText, latencyTable, overflowText, ratesText, shownMetrics, tooFewText } from "./sections/latency.ts";
import { phasesTable } from "./sections/phases.ts";
import {
  CLOSED_NOTE,
  hasTimeouts,
  METRIC_MEANINGS,
  METRIC_NAMES,
  percentOrDash,
  quantileText,
  rateOrDash,
  TIMEOUTS_MEANING,
} from "./wording.ts";

/** The figures that most readers came for; latencies and rates where there is one measured phase that they can be of. */
export function runCards({ ledger, rollCall, unknown, server, phases }: Summary): string {
  const ghosts = server?.reconciliation?.ghosts.count;
  const [measured, ...others] = phases.filter(({ warmup }) => !warmup);
  const own = measured !== undefined && others.length === 0 ? measured.figures : undefined;
  const roundTrip = own?.latencies.roundTrip.success;
  return cardsElement([
    [formatCount(ledger.provisioned), `of ${formatCount(ledger.planned)} devices provisioned`],
    [
      rollCall.when === "off" ? "-" : formatCount(ledger.connected),
      rollCall.when === "off" ? "roll not called" : "connected in the roll call",
    ],
    ...(roundTrip === undefined
      ? []
      : ([
          [withUnit(quantileText(roundTrip, 0.5)), "round trip p50"],
          [withUnit(quantileText(roundTrip, 0.99)), "round trip p99"],
        ] as const)),
    ...(own === undefined
      ? []
      : ([
          [rateOrDash(own.provisionedRate), "provisioned a second"],
          [percentOrDash(own.failureRate), "failure rate"],
        ] as const)),
    ...(unknown.count === 0 || ghosts !== undefined
      ? []
      : [[formatCount(unknown.count), "may exist, nobody was told"] as const]),
    ...(ghosts === undefined ? [] : [[formatCount(ghosts), "ghosts on the server"] as const]),
  ]);
}

const withUnit = (figure: string): string => (/^[\d,.]+$/.test(figure) ? `${figure} ms` : figure);

/** All phases beside each other, warm-up too: where there are several, this is the report's main table. */
export function phasesElement({ phases }: Summary): string {
  if (phases.length < 2) return "";
  const note = phases.some(({ open }) => !open) ? paragraph(CLOSED_NOTE, "quiet") : "";
  return section(
    "Phases",
    "side by side; figures are never mixed over phases",
    tableElement(phasesTable(phases, Infinity), "Phases side by side"),
    note,
  );
}

/** A table for each measured phase. */
export function latencyElement(summary: Summary): string {
  const measured = summary.phases.filter(({ warmup }) => !warmup);
  const single = measured.length === 1;
  const parts = measured.map((phase) => phaseLatency(phase, single ? "" : phase.name));
  const shown = [...new Set(measured.flatMap((phase) => shownMetrics(alone(phase))))];
  const timed = measured.some(({ figures }) => shown.some((metric) => hasTimeouts(figures.latencies[metric])));
  const meanings = shown.map((metric) => [METRIC_NAMES[metric], METRIC_MEANINGS[metric]] as const);
  return section(
    "Latency",
    `of ${single ? "the measured phase" : "each measured phase"}${single || measured.length === summary.phases.length ? "" : " (warm-up left out)"}, in milliseconds`,
    ...parts,
    ...floorText(summary).map((text) => paragraph(text, "quiet")),
    facts([...meanings, ...(timed ? [["with time-outs", TIMEOUTS_MEANING] as const] : [])]),
  );
}

function phaseLatency(phase: PhaseSummary, name: string): string {
  const { figures, shape } = phase;
  const table = latencyTable(alone(phase));
  return [
    name === "" ? "" : `<h3>${escapeHtml(printable(name))}: ${escapeHtml(printable(shape))}</h3>`,
    tableElement(table, `Latency${name === "" ? "" : ` of ${printable(name)}`}`),
    ...[intervalText(figures.latencies.roundTrip.success), ratesText(figures), ...tooFewText(table)].map((text) =>
      paragraph(text, "quiet"),
    ),
    ...overflowText(figures).map((text) => paragraph(text, "warn")),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

/** A summary of one phase, as far as its latencies go. */
const alone = (phase: PhaseSummary) => ({ measured: phase.figures, phases: [phase] });
