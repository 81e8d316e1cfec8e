import type { Summary } from "../model/summary.ts";
import { figureElements } from "../pictures/figure.ts";
import { picturesOf, subjectOf } from "../pictures/pictures.ts";
import { facts, list, paragraph, section, tableElement } from "../writing/html-elements.ts";
import { pageText } from "../writing/html-page.ts";
import { formatCount, formatDuration, formatInstant, quantity } from "../writing/notation.ts";
import { printable } from "../writing/text-width.ts";
import { backgroundElement } from "./html-background.ts";
import { latencyElement, phasesElement, runCards } from "./html-phases.ts";
import { runVerdictElement } from "./html-verdict.ts";
import {
  ATTEMPTS_ABOUT,
  ATTEMPTS_NOTE,
  attemptsTable,
  reconnectTexts,
  retryTexts,
  retryTroubles,
} from "./sections/attempts.ts";
import { dipFacts, DIPS_ABOUT, dipsNote } from "./sections/dips.ts";
import { failuresTable, rejectionsTable, unknownText } from "./sections/failures.ts";
import { GRADE_TONES, signalsTable, thresholdsTable } from "./sections/judgement.ts";
import { balanceText, equationTables, expectedText, troublesOf, undeservedText } from "./sections/ledger.ts";
import { GROUPS_ABOUT, GROUPS_NOTE, groupsTable, groupTroubles } from "./sections/groups.ts";
import { LOGINS_ABOUT, loginsNote, loginsTable } from "./sections/logins.ts";
import { AS_BEFORE, markFacts, MARKS_ABOUT } from "./sections/marks.ts";
import { MACHINES_ABOUT, machineLines, machinesTable } from "./sections/machines.ts";
import { PLACES_ABOUT, placesNote, placesTable, placeTroubles } from "./sections/places.ts";
import { SOURCES_ABOUT, SOURCES_NOTE, SOURCES_TITLE, sourcesTable, sourceTroubles } from "./sections/sources.ts";
import { duplicatesText, rollCallTitle, verdictTable } from "./sections/roll-call.ts";
import { NOBODY_ASKED, serverFacts } from "./sections/server.ts";
import { metricsTable, servicesTable, WATCH_TITLE, watchAbout, watchCosts, watchNote } from "./sections/watch.ts";
import {
  CONTROL_TEXTS,
  generatorsText,
  gradeText,
  holdText,
  machineText,
  namesText,
  rateOrDash,
  stateText,
  targetText,
  othersText,
  tightestText,
} from "./wording.ts";

/** A page of its own about one run. */
export async function htmlPage(summary: Summary): Promise<string> {
  const { run, phases } = summary;
  const load = phases.map(({ name, shape, warmup }) => `${name}: ${shape}${warmup ? " (warm-up)" : ""}`).join("; ");
  return pageText({
    title: `${run.scenario}, ${formatInstant(run.startedAt)}: rollcall`,
    kind: "rollcall: provisioning load test",
    heading: run.scenario,
    simulated: run.target.simulated,
    facts: [
      ...(run.description === "" ? [] : [run.description]),
      `Target: ${targetText(run)}`,
      `Date: ${formatInstant(run.startedAt)}, ${formatDuration(run.duration)}`,
      `Load: ${formatCount(summary.ledger.planned)} devices; ${load}`,
    ],
    body: [
      runVerdictElement(summary),
      runCards(summary),
      thresholdsElement(summary),
      phasesElement(summary),
      section("Over time", ...(await picturesElements(summary))),
      marksElement(summary),
      dipsElement(summary),
      ...sectionsOf(summary),
    ],
  });
}

async function picturesElements(summary: Summary): Promise<readonly [about: string, ...body: string[]]> {
  const subject = subjectOf(summary);
  if (subject === undefined) {
    const hint = `This summary has no course of the run in it: make it again with "rollcall report ${summary.run.id} --format html".`;
    return ["by the second", summary.seconds.length === 0 ? "" : paragraph(hint, "quiet")];
  }
  const upright =
    subject.timeline.moments === undefined ? "" : "; an upright line is what was marked, or done to the load by hand";
  const about = `arrivals at their planned time, answers when they came; the shaded bands are phases${upright}`;
  return [about, ...(await figureElements(picturesOf(subject)))];
}

function marksElement({ marks = [] }: Summary): string {
  if (marks.length === 0) return "";
  return section("Marks", MARKS_ABOUT, facts(markFacts(marks)), paragraph(AS_BEFORE, "quiet"));
}

function dipsElement({ dips = [] }: Summary): string {
  if (dips.length === 0) return "";
  return section("Dips", DIPS_ABOUT, facts(dipFacts(dips)), paragraph(dipsNote(dips), "quiet"));
}

function thresholdsElement(summary: Summary): string {
  if (summary.thresholds.length === 0) return "";
  return section("Thresholds", "what the scenario asked for", tableElement(thresholdsTable(summary), "Thresholds"));
}

function sectionsOf(summary: Summary): readonly string[] {
  const { ledger, validity } = summary;
  return [
    section(
      "Ledger",
      "what became of every device",
      `<div class="equations">${equationTables(ledger)
        .map((table) => tableElement(table, "Ledger"))
        .join("\n")}</div>`,
      paragraph(balanceText(ledger), ledger.imbalances.length === 0 ? "quiet" : "bad"),
      paragraph(expectedText(ledger), "quiet"),
      paragraph(undeservedText(ledger), "bad"),
      facts(troublesOf(summary).map(({ name, meaning }) => [name, meaning ?? ""])),
    ),
    attemptsElement(summary),
    latencyElement(summary),
    section("Failures", "by kind: no answer that could be read", tableElement(failuresTable(summary), "Failures")),
    section(
      "Rejections",
      "by status: the target answered, and the answer was no",
      tableElement(rejectionsTable(summary), "Rejections"),
    ),
    rollCallElement(summary),
    backgroundElement(summary),
    unknownElement(summary),
    section("On the server", "as its administrator sees it", serverElement(summary)),
    watchElement(summary),
    section(
      "Validity",
      "may the figures be believed? The generators' own condition during the measured phases",
      paragraph(gradeText(validity), GRADE_TONES[validity.grade]),
      tableElement(signalsTable(summary), "Signals of validity"),
      paragraph(printable(generatorsText(validity))),
      paragraph([tightestText(validity.tightest), othersText(validity)].join(" ").trim(), "quiet"),
      list(validity.warnings.map(printable)),
    ),
    summary.groups === undefined
      ? ""
      : section(
          "Groups",
          GROUPS_ABOUT,
          tableElement(groupsTable(summary), "Groups"),
          ...groupTroubles(summary).map((line) => paragraph(line, "bad")),
          paragraph(GROUPS_NOTE, "quiet"),
        ),
    (summary.places ?? []).length === 0
      ? ""
      : section(
          "Addresses",
          PLACES_ABOUT,
          tableElement(placesTable(summary), "Addresses"),
          ...placeTroubles(summary).map((line) => paragraph(line, "bad")),
          paragraph(placesNote(summary), "quiet"),
        ),
    sourcesElement(summary),
    loginsElement(summary),
    (summary.machines ?? []).length === 0
      ? ""
      : section(
          "Machines",
          MACHINES_ABOUT,
          tableElement(machinesTable(summary), "Machines"),
          ...machineLines(summary).map((line) => paragraph(line, "quiet")),
        ),
    runElement(summary),
  ];
}

function sourcesElement(summary: Summary): string {
  if (summary.sources === undefined) return "";
  return section(
    SOURCES_TITLE,
    SOURCES_ABOUT,
    tableElement(sourcesTable(summary), SOURCES_TITLE),
    ...sourceTroubles(summary).map((line) => paragraph(line, "bad")),
    paragraph(SOURCES_NOTE, "quiet"),
  );
}

function attemptsElement(summary: Summary): string {
  const { retries } = summary;
  if (retries === undefined) return "";
  return section(
    "Attempts",
    ATTEMPTS_ABOUT,
    tableElement(attemptsTable(summary), "Attempts"),
    ...retryTexts(retries).map((line) => paragraph(line)),
    ...retryTroubles(retries).map((line) => paragraph(line, "bad")),
    paragraph(ATTEMPTS_NOTE, "quiet"),
  );
}

/** Once the server has been asked its answer counts, and what might have been is no longer said beside what is. */
function unknownElement(summary: Summary): string {
  const { unknown, server } = summary;
  const reconciliation = server?.reconciliation;
  if (unknown.count === 0) return "";
  if (reconciliation === null || reconciliation === undefined) {
    return section(
      "Unknown devices",
      "also called ghosts: asked for, and never answered",
      paragraph(unknownText(summary), "warn"),
    );
  }
  const { ghosts } = reconciliation;
  const asked = `${quantity(unknown.count, "device")} ${unknown.count === 1 ? "was" : "were"} asked for and never answered.`;
  const found = `The server was asked afterwards: ${formatCount(ghosts.count)} of all names of this run ${ghosts.count === 1 ? "is" : "are"} on it without anybody having been told (ghosts, below).`;
  return section("Unknown devices", "asked for, and never answered", paragraph(`${asked} ${found}`));
}

function serverElement(summary: Summary): string {
  const rows = serverFacts(summary);
  if (rows.length === 0) return paragraph(NOBODY_ASKED, "quiet");
  return facts(rows.map(([name, text]) => [name, typeof text === "string" ? text : text.text]));
}

function watchElement(summary: Summary): string {
  if (summary.watch === undefined) return "";
  const tables = [servicesTable(summary), metricsTable(summary)].filter(({ rows }) => rows.length > 0);
  return section(
    WATCH_TITLE,
    watchAbout(summary),
    ...tables.map((table) => tableElement(table, WATCH_TITLE)),
    ...watchCosts(summary).map(({ text, gaps }) => paragraph(text, gaps ? "warn" : "quiet")),
    paragraph(watchNote(summary), "quiet"),
  );
}

function rollCallElement(summary: Summary): string {
  const { rollCall } = summary;
  const title = rollCallTitle(summary);
  const { absent, hold, negativeControl, duplicates } = rollCall;
  if (rollCall.when === "off") return section("Roll call", title, " ");
  const missing = rollCall.called - rollCall.connected;
  return section(
    "Roll call",
    title,
    tableElement(verdictTable(summary), "Roll call"),
    rollCall.loginsPerSecond === null ? "" : paragraph(`${rateOrDash(rollCall.loginsPerSecond)} logins a second.`),
    absent.length === 0 ? "" : paragraph(`Absent: ${namesText(absent.map(printable), missing, 20)}.`),
    paragraph(
      CONTROL_TEXTS[negativeControl],
      negativeControl === "refused" ? "" : negativeControl === "admitted" ? "bad" : "warn",
    ),
    paragraph(duplicatesText(rollCall), duplicates.count === 0 ? "" : "bad"),
    hold === undefined ? "" : paragraph(holdText(hold), hold.stayed === hold.sessions ? "" : "warn"),
    ...(hold === undefined ? [] : reconnectTexts(hold).map((line) => paragraph(line))),
    list((hold?.lost ?? []).map(({ reason, count }) => `${formatCount(count)}: ${printable(reason)}`)),
  );
}

function loginsElement({ logins, rollCall }: Summary): string {
  if (logins === undefined || logins.pairs.length === 0) return "";
  return section(
    "Logins",
    LOGINS_ABOUT,
    tableElement(loginsTable(logins), "Logins"),
    paragraph(loginsNote(logins, rollCall.hold !== undefined), "quiet"),
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
          ["state", stateText(run)],
          ["load from", machineText(run, machines?.length)],
          ["plan", `${run.planHash}, seed ${run.seed}, prefix ${run.prefix}`],
        ] as const
      ).map(([name, text]) => [name, printable(text)]),
    ),
  );
}
