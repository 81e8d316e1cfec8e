import type { Latency } from "../model/figures.ts";
import type { Summary } from "../model/summary.ts";
import { printable } from "../writing/text-width.ts";
import { formatCount, formatDuration, formatInstant } from "../writing/notation.ts";
import { FAILURE_MEANINGS } from "./failure-meanings.ts";
import type { Report } from "./report.ts";
import { attemptCells, reconnectTexts, retryTexts, retryTroubles } from "./sections/attempts.ts";
import { backgroundAbout, backgroundCells, backgroundTexts, backgroundTroubles } from "./sections/background.ts";
import { unknownText } from "./sections/failures.ts";
import { intervalText, ratesText, shownMetrics } from "./sections/latency.ts";
import { balanceText, equationsOf } from "./sections/ledger.ts";
import { loginCells, whereCalled } from "./sections/logins.ts";
import { machineCells, machineLines } from "./sections/machines.ts";
import { metricsTable, servicesTable, WATCH_TITLE, watchCosts, watchLine, watchNote } from "./sections/watch.ts";
import { groupCells, groupTroubles } from "./sections/groups.ts";
import { placeCells, placeTroubles } from "./sections/places.ts";
import { sourceCells, sourceTroubles } from "./sections/sources.ts";
import { PHASE_LINES } from "./sections/phases.ts";
import { duplicatesText } from "./sections/roll-call.ts";
import { floorText } from "./sections/calibration.ts";
import { serverFacts } from "./sections/server.ts";
import {
  CONTROL_TEXTS,
  furtherReasons,
  generatorsText,
  gradeText,
  hasTimeouts,
  holdText,
  machineText,
  marginText,
  METRIC_NAMES,
  msOrDash,
  QUANTILE_NAMES,
  quantileText,
  quantityText,
  splitHeadline,
  targetText,
  othersText,
  tightestText,
} from "./wording.ts";

export const markdown: Report = {
  extension: "md",
  description: "a summary to paste into a pull request",
  render: ({ summary }) => {
    const parts = [
      headline(summary),
      latencies(summary),
      thresholds(summary),
      ledger(summary),
      attempts(summary),
      rollCall(summary),
      background(summary),
      server(summary),
      watched(summary),
      failures(summary),
      phases(summary),
      validity(summary),
      sideBySide(groupCells(summary), groupTroubles(summary)),
      sideBySide(placeCells(summary), placeTroubles(summary)),
      sideBySide(sourceCells(summary), sourceTroubles(summary)),
      logins(summary),
      machines(summary),
      facts(summary),
    ];
    return `${parts
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join("\n"))
      .join("\n\n")}\n`;
  },
};

function headline({ run, verdict, validity }: Summary): readonly string[] {
  const { label, rest } = splitHeadline(verdict);
  return [
    `## rollcall, ${safe(run.scenario)}: ${safe(label)}`,
    "",
    safe(rest === "" ? verdict.headline : capital(rest)),
    ...listOf([...furtherReasons(verdict), ...validity.warnings.map((warning) => `warning: ${warning}`)]),
  ];
}

function latencies(summary: Summary): readonly string[] {
  const { measured } = summary;
  const row = (name: string, latency: Latency): readonly string[] => [
    name,
    formatCount(latency.count),
    ...QUANTILE_NAMES.map(({ q }) => quantileText(latency, q)),
    msOrDash(latency.max),
  ];
  const rows = shownMetrics(summary).flatMap((metric) => {
    const latency = measured.latencies[metric];
    const timed = hasTimeouts(latency) ? [row(`${METRIC_NAMES[metric]}, with time-outs`, latency.withTimeouts)] : [];
    return [row(METRIC_NAMES[metric], latency.success), ...timed];
  });
  return [
    ...table(["ms", "samples", ...QUANTILE_NAMES.map(({ name }) => name), "max"], rows, "right"),
    "",
    safe(intervalText(measured.latencies.roundTrip.success)),
    safe(capital(ratesText(measured))),
    ...floorText(summary).map(safe),
  ];
}

function thresholds({ thresholds }: Summary): readonly string[] {
  if (thresholds.length === 0) return [];
  const rows = thresholds.map((each) => [
    each.passed ? "passed" : each.undecided ? "**undecided**" : "**missed**",
    safe(each.text),
    quantityText(each.measured, each.unit),
    marginText(each),
  ]);
  return table(["", "threshold", "measured", "margin"], rows, "left");
}

function ledger({ ledger }: Summary): readonly string[] {
  const rows = equationsOf(ledger).map(({ total, sum, parts }) => [
    `${total} **${formatCount(sum)}**`,
    `= ${parts.map(({ name, count }) => `${name} ${formatCount(count)}`).join(" + ")}`,
  ]);
  const balance = ledger.imbalances.length === 0 ? [] : ["", `**${safe(balanceText(ledger))}**`];
  return [...table(["ledger", ""], rows, "left"), ...balance];
}

function attempts(summary: Summary): readonly string[] {
  const { retries } = summary;
  const [titles = [], ...rows] = attemptCells(summary);
  if (retries === undefined) return [];
  return [...table(titles, rows, "right"), ...listOf([...retryTexts(retries), ...retryTroubles(retries)])];
}

function rollCall(summary: Summary): readonly string[] {
  const { rollCall, unknown } = summary;
  const ghosts = unknown.count === 0 ? [] : listOf([unknownText(summary)]);
  if (rollCall.when === "off") return ["The roll was not called.", ...ghosts];
  const { called, connected, hold } = rollCall;
  return [
    `Roll call: **${formatCount(connected)} of ${formatCount(called)}** connected${whereCalled(summary.logins)}.`,
    ...listOf([
      ...(rollCall.mute ?? []).map(
        ({ kind, count, example }) => `${formatCount(count)} let in and could not speak: ${kind}, ${example}`,
      ),
      ...rollCall.refused.map(({ reason, count }) => `${formatCount(count)} refused: ${reason}`),
      ...rollCall.unreachable.map(
        ({ kind, count, example }) => `${formatCount(count)} unreachable: ${kind}, ${example}`,
      ),
      CONTROL_TEXTS[rollCall.negativeControl],
      duplicatesText(rollCall),
      ...(hold === undefined ? [] : [holdText(hold), ...reconnectTexts(hold)]),
    ]),
    ...ghosts.slice(1),
  ];
}

function background(summary: Summary): readonly string[] {
  if (summary.background === undefined) return [];
  const [titles = [], ...rows] = backgroundCells(summary);
  return [
    `Background: ${safe(backgroundAbout(summary.background))}.`,
    "",
    ...table(
      titles,
      rows.map((cells) => cells.map(safe)),
      "right",
    ),
    ...listOf([...backgroundTexts(summary.background), ...backgroundTroubles(summary.background)]),
  ];
}

function server(summary: Summary): readonly string[] {
  const facts = serverFacts(summary).map(([name, text]) => [name, safe(typeof text === "string" ? text : text.text)]);
  return facts.length === 0 ? [] : table(["on the server", ""], facts, "left");
}

function failures({ failures, rejections }: Summary): readonly string[] {
  const rows = [
    ...failures.map(({ kind, count, example }) => [
      `${kind}: ${FAILURE_MEANINGS[kind]}`,
      formatCount(count),
      safe(`${example.device}: ${example.detail}`),
    ]),
    ...rejections.map(({ status, count, example }) => [
      `rejected: ${safe(status)}`,
      formatCount(count),
      safe(`${example.device}: ${example.message}`),
    ]),
  ];
  return rows.length === 0 ? [] : table(["what went wrong", "devices", "an example"], rows, "left");
}

function phases({ phases }: Summary): readonly string[] {
  if (phases.length < 2) return [];
  const rows = PHASE_LINES.map(({ name, of }) => [name, ...phases.map((phase) => safe(of(phase)))]);
  return table(["phase", ...phases.map(({ name }) => safe(name))], rows, "right");
}

function validity({ validity }: Summary): readonly string[] {
  const rows = validity.signals.map(({ name, grade, measured, degradedAbove, voidAbove }) =>
    [grade === "valid" ? grade : `**${grade}**`, name, measured, degradedAbove, voidAbove].map((cell, index) =>
      index === 0 ? cell : safe(cell),
    ),
  );
  return [
    "<details>",
    `<summary>Validity: ${validity.grade}. ${gradeText(validity)}</summary>`,
    "",
    ...table(["", "signal", "measured", "degraded if", "void if"], rows, "left"),
    "",
    ...[generatorsText(validity), tightestText(validity.tightest), othersText(validity)].flatMap((text) =>
      text === "" ? [] : [safe(text), ""],
    ),
    "</details>",
  ];
}

function logins(summary: Summary): readonly string[] {
  const [titles = [], ...rows] = loginCells(summary);
  if (rows.length === 0) return [];
  return table(
    titles,
    rows.map((row) => row.map(safe)),
    "left",
  );
}

/** Parts of the load as rows, and what is wrong with them. */
function sideBySide(
  [titles = [], ...rows]: readonly (readonly string[])[],
  troubles: readonly string[],
): readonly string[] {
  if (rows.length === 0) return [];
  const cells = rows.map((row) => row.map(safe));
  return [...table(titles, cells, "right"), "", ...troubles.flatMap((text) => [safe(text), ""])];
}

function watched(summary: Summary): readonly string[] {
  if (summary.watch === undefined) return [];
  const rows = [servicesTable(summary), metricsTable(summary)].filter((each) => each.rows.length > 0);
  const note = watchNote(summary);
  return [
    `<details><summary>${WATCH_TITLE}: ${safe(watchLine(summary) ?? "")}</summary>`,
    "",
    ...rows.flatMap(({ columns, rows: lines }) => [
      ...table(
        columns.map(({ title }) => title),
        lines.map((cells) => cells.map((cell) => safe(typeof cell === "string" ? cell : cell.text))),
        "right",
      ),
      "",
    ]),
    ...watchCosts(summary).map(({ text }) => `- ${safe(text)}`),
    ...(note === "" ? [] : ["", safe(note)]),
    "",
    "</details>",
  ];
}

function machines(summary: Summary): readonly string[] {
  const [titles = [], ...rows] = machineCells(summary);
  return rows.length === 0
    ? []
    : [
        ...table(
          titles,
          rows.map((cells) => cells.map(safe)),
          "right",
        ),
        ...machineLines(summary).flatMap((line) => ["", safe(line)]),
      ];
}

function facts({ run, machines }: Summary): readonly string[] {
  const when = `${formatInstant(run.startedAt)}, took ${formatDuration(run.duration)}`;
  const plan = `run ${run.id}, plan ${run.planHash.slice(0, 12)}, seed ${run.seed}`;
  return [`_${safe(`${targetText(run)}; ${when}; ${machineText(run, machines?.length)}; ${plan}`)}_`];
}

function table(titles: readonly string[], rows: readonly (readonly string[])[], align: "left" | "right") {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = titles.map((_, index) => (align === "right" && index > 0 ? "---:" : "---"));
  return [line(titles), line(rule), ...rows.map(line)];
}

const listOf = (items: readonly string[]): readonly string[] =>
  items.length === 0 ? [] : ["", ...items.map((item) => `- ${safe(item)}`)];

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** One line of plain text: nothing in it is taken for markup, HTML, a mention or the end of a table's cell. */
function safe(text: string): string {
  return printable(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\`*_[\]|~#]/g, String.raw`\$&`)
    .replaceAll("@", "@\u200B");
}
