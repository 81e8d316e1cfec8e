import { formatDuration, formatInstant } from "../writing/notation.ts";
import type { Summary } from "../model/summary.ts";
import { printable } from "../writing/text-width.ts";
import { renderBrief } from "./brief.ts";
import type { Report, ReportOptions } from "./report.ts";
import { createSheet, type Sheet } from "../writing/sheet.ts";
import { renderAfterwards } from "./sections/afterwards.ts";
import { attemptsSection } from "./sections/attempts.ts";
import { backgroundSection } from "./sections/background.ts";
import { dipsSection } from "./sections/dips.ts";
import { failuresSection, rejectionsSection, unknownSection } from "./sections/failures.ts";
import { thresholdsSection, validitySection, warningsSection } from "./sections/judgement.ts";
import { groupsSection } from "./sections/groups.ts";
import { latencySection } from "./sections/latency.ts";
import { ledgerSection } from "./sections/ledger.ts";
import { loginsSection } from "./sections/logins.ts";
import { marksSection } from "./sections/marks.ts";
import { machinesSection } from "./sections/machines.ts";
import { phasesSection } from "./sections/phases.ts";
import { placesSection } from "./sections/places.ts";
import { sourcesSection } from "./sections/sources.ts";
import { rollCallSection } from "./sections/roll-call.ts";
import { serverSection } from "./sections/server.ts";
import { verdictSection } from "./sections/verdict.ts";
import { watchSection } from "./sections/watch.ts";
import { machineText, stateText, targetText } from "./wording.ts";

/** Lines of one part of the report; none: there is nothing to say. */
type Section = (summary: Summary, sheet: Sheet) => readonly string[];

/** What was found first, then what it was found from. */
const SECTIONS: readonly Section[] = [
  verdictSection,
  runSection,
  ledgerSection,
  attemptsSection,
  latencySection,
  marksSection,
  dipsSection,
  phasesSection,
  groupsSection,
  placesSection,
  sourcesSection,
  machinesSection,
  failuresSection,
  rejectionsSection,
  rollCallSection,
  loginsSection,
  backgroundSection,
  unknownSection,
  serverSection,
  watchSection,
  thresholdsSection,
  validitySection,
  warningsSection,
  filesSection,
];

export const text: Report = {
  extension: "txt",
  description: "the report for a terminal; the whole of it with --full or -o",
  render: ({ summary, afterwards = [] }, options) =>
    (options.brief === true ? renderBrief : renderText)(summary, options) + renderAfterwards(afterwards, options),
};

/** The whole report. No line is wider than `width` (40 at least); ends with a line feed. */
export function renderText(summary: Summary, options: ReportOptions): string {
  const sheet = createSheet(options);
  const sections = SECTIONS.map((section) => section(summary, sheet)).filter((lines) => lines.length > 0);
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function runSection({ run, machines }: Summary, sheet: Sheet): readonly string[] {
  const description = printable(run.description);
  return sheet.facts([
    ["scenario", printable(run.scenario) + (description === "" ? "" : `: ${description}`)],
    ["target", printable(targetText(run))],
    ["run", `${run.id}, ${formatInstant(run.startedAt)}, took ${formatDuration(run.duration)}`],
    ...(run.state === "complete" ? [] : [["state", { text: stateText(run), tone: "warn" }] as const]),
    ["load from", printable(machineText(run, machines?.length))],
    ["plan", `${run.planHash.slice(0, 12)}, seed ${run.seed}, prefix ${printable(run.prefix)}`],
  ]);
}

function filesSection({ run, server, machines, watch }: Summary, sheet: Sheet): readonly string[] {
  return [
    ...sheet.title("FILES", `in the run's folder, whose name ends in -${run.id}`),
    ...sheet.facts([
      ["report.txt", "this report"],
      ["summary.json", "every figure of this report, for programs"],
      ["journal-*.ndjson", "one line a device: what was done, when, what came of it"],
      ["roster-*.ndjson", "the credentials that were issued: keep them safe"],
      ...(server === undefined ? [] : [["server.json", "what the server had: every ghost by name"] as const]),
      ...(watch === undefined ? [] : [["watch.ndjson", "what the server said of itself, look by look"] as const]),
      ...(machines === undefined
        ? []
        : [["workers.json", "the machines that made the load, and their generators"] as const]),
      ["latency.hlog, .hgrm", "latencies in HdrHistogram's own formats"],
    ]),
    ...sheet.prose(`Make this report again from the journal: rollcall report ${run.id}`, "quiet"),
  ];
}
