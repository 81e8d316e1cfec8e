import { formatDuration, formatInstant } from "../writing/notation.ts";
import type { Summary } from "../model/summary.ts";
import { printable } from "../writing/text-width.ts";
import { countInWords } from "../writing/quantities.ts";
import { chartElements } from "./html-charts.ts";
import { escapeHtml, facts, list, paragraph, section, tableElement } from "./html-elements.ts";
import { cards, verdictElement } from "./html-opening.ts";
import { STYLE } from "./html-style.ts";
import type { Report } from "./report.ts";
import { floorText } from "./sections/calibration.ts";
import { NOBODY_ASKED, serverFacts } from "./sections/server.ts";
import { failuresTable, rejectionsTable, unknownText } from "./sections/failures.ts";
import { GRADE_TONES, signalsTable, thresholdsTable } from "./sections/judgement.ts";
import {
  intervalText,
  latencyTable,
  overflowText,
  ratesText,
  shownMetrics,
  tooFewText,
  warmupText,
} from "./sections/latency.ts";
import { balanceText, equationTables, expectedText, troublesOf, undeservedText } from "./sections/ledger.ts";
import { phasesTable } from "./sections/phases.ts";
import { duplicatesText, rollCallTitle, verdictTable } from "./sections/roll-call.ts";
import {
  CLOSED_NOTE,
  CONTROL_TEXTS,
  generatorsText,
  GRADE_TEXTS,
  hasTimeouts,
  holdText,
  machineText,
  METRIC_MEANINGS,
  METRIC_NAMES,
  namesText,
  rateOrDash,
  STATE_TEXTS,
  targetText,
  TIMEOUTS_MEANING,
  tightestText,
} from "./wording.ts";

/** One page that asks nothing of the network and runs no script: it can be mailed, archived and printed. */
export const html: Report = {
  extension: "html",
  description: "one self-contained page with charts, to show to others",
  render: ({ summary }) => {
    const title = `${summary.run.scenario}, ${formatInstant(summary.run.startedAt)}: rollcall`;
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(printable(title))}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${[...sectionsOf(summary)].filter((part) => part !== "").join("\n")}
</main>
</body>
</html>
`;
  },
};

function sectionsOf(summary: Summary): readonly string[] {
  const { ledger, thresholds, validity } = summary;
  return [
    verdictElement(summary),
    cards(summary),
    section(
      "Thresholds",
      "what the scenario asked for",
      thresholds.length === 0 ? "" : tableElement(thresholdsTable(summary)),
    ),
    section(
      "Ledger",
      "what became of every device",
      `<div class="equations">${equationTables(ledger).map(tableElement).join("\n")}</div>`,
      paragraph(balanceText(ledger), ledger.imbalances.length === 0 ? "quiet" : "bad"),
      paragraph(expectedText(ledger), "quiet"),
      paragraph(undeservedText(ledger), "bad"),
      facts(troublesOf(summary).map(({ name, meaning }) => [name, meaning ?? ""])),
    ),
    latencyElement(summary),
    section(
      "Over time",
      "by the second: arrivals at their planned time, answers when they came",
      ...chartElements(summary),
    ),
    phasesElement(summary),
    section("Failures", "by kind: no answer that could be read", tableElement(failuresTable(summary))),
    section(
      "Rejections",
      "by status: the target answered, and the answer was no",
      tableElement(rejectionsTable(summary)),
    ),
    rollCallElement(summary),
    section(
      "Unknown devices",
      "also called ghosts: asked for, and never answered",
      summary.unknown.count === 0 ? "" : paragraph(unknownText(summary), "warn"),
    ),
    section("On the server", "as its administrator sees it", serverElement(summary)),
    section(
      "Validity",
      "may the figures be believed? The generators' own condition during the measured phases",
      paragraph(GRADE_TEXTS[validity.grade], GRADE_TONES[validity.grade]),
      tableElement(signalsTable(summary)),
      paragraph(printable(generatorsText(validity))),
      paragraph(tightestText(validity.tightest), "quiet"),
      list(validity.warnings.map(printable)),
    ),
    runElement(summary),
  ];
}

function serverElement(summary: Summary): string {
  const rows = serverFacts(summary);
  if (rows.length === 0) return paragraph(NOBODY_ASKED, "quiet");
  return facts(rows.map(([name, text]) => [name, typeof text === "string" ? text : text.text]));
}

function latencyElement(summary: Summary): string {
  const { measured } = summary;
  const table = latencyTable(summary);
  const meanings = shownMetrics(summary).map((metric) => [METRIC_NAMES[metric], METRIC_MEANINGS[metric]] as const);
  const timed = shownMetrics(summary).some((metric) => hasTimeouts(measured.latencies[metric]));
  return section(
    "Latency",
    `of the measured phases${warmupText(summary)}, in milliseconds`,
    tableElement(table),
    ...[intervalText(measured.latencies.roundTrip.success), ratesText(measured), ...tooFewText(table)].map((text) =>
      paragraph(text, "quiet"),
    ),
    ...floorText(summary).map((text) => paragraph(text, "quiet")),
    ...overflowText(measured).map((text) => paragraph(text, "warn")),
    facts([...meanings, ...(timed ? [["with time-outs", TIMEOUTS_MEANING] as const] : [])]),
  );
}

function phasesElement({ phases }: Summary): string {
  if (phases.length < 2) return "";
  const note = phases.some(({ open }) => !open) ? paragraph(CLOSED_NOTE, "quiet") : "";
  return section("Phases", "side by side", tableElement(phasesTable(phases, Infinity)), note);
}

function rollCallElement(summary: Summary): string {
  const { rollCall } = summary;
  const { absent, hold, negativeControl, duplicates } = rollCall;
  if (rollCall.when === "off") return section("Roll call", rollCallTitle(rollCall), " ");
  const missing = rollCall.called - rollCall.connected;
  return section(
    "Roll call",
    rollCallTitle(rollCall),
    tableElement(verdictTable(summary)),
    rollCall.loginsPerSecond === null ? "" : paragraph(`${rateOrDash(rollCall.loginsPerSecond)} logins a second.`),
    absent.length === 0 ? "" : paragraph(`Absent: ${namesText(absent.map(printable), missing, 20)}.`),
    paragraph(
      CONTROL_TEXTS[negativeControl],
      negativeControl === "refused" ? "" : negativeControl === "admitted" ? "bad" : "warn",
    ),
    paragraph(duplicatesText(rollCall), duplicates.count === 0 ? "" : "bad"),
    hold === undefined ? "" : paragraph(holdText(hold), hold.stayed === hold.sessions ? "" : "warn"),
    list((hold?.lost ?? []).map(({ reason, count }) => `${countInWords(count)}: ${printable(reason)}`)),
  );
}

function runElement({ run, machines }: Summary): string {
  return section(
    "This run",
    "what was run, where and when",
    facts(
      (
        [
          ["target", targetText(run)],
          ["run", `${run.id}, ${formatInstant(run.startedAt)}, took ${formatDuration(run.duration)}`],
          ["state", STATE_TEXTS[run.state]],
          ["load from", machineText(run, machines?.length)],
          ["plan", `${run.planHash}, seed ${run.seed}, prefix ${run.prefix}`],
        ] as const
      ).map(([name, text]) => [name, printable(text)]),
    ),
  );
}
