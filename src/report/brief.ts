import type { Summary } from "../model/summary.ts";
import { printable } from "../writing/text-width.ts";
import { formatCount, formatDuration, formatInstant, formatRate, quantity } from "../writing/notation.ts";
import { createSheet, type Sheet } from "../writing/sheet.ts";
import type { Cell } from "../writing/table.ts";
import type { ReportOptions } from "./report.ts";
import { attemptsSection } from "./sections/attempts.ts";
import { backgroundSection } from "./sections/background.ts";
import { byPhaseSection } from "./sections/by-phase.ts";
import { dipsSection } from "./sections/dips.ts";
import { failuresSection, rejectionsSection, unknownSection } from "./sections/failures.ts";
import { GRADE_TONES, thresholdsSection, validitySection, warningsSection } from "./sections/judgement.ts";
import { ledgerSection } from "./sections/ledger.ts";
import { loginsSection, whereCalled } from "./sections/logins.ts";
import { marksSection } from "./sections/marks.ts";
import { machinesSection } from "./sections/machines.ts";
import { groupsSection } from "./sections/groups.ts";
import { placesSection } from "./sections/places.ts";
import { briefSourcesSection } from "./sections/sources.ts";
import { rollCallSection } from "./sections/roll-call.ts";
import { isAsTold, serverName, serverSection } from "./sections/server.ts";
import { verdictSection } from "./sections/verdict.ts";
import { watchLine } from "./sections/watch.ts";
import { holdText, stateText, targetText } from "./wording.ts";

type Fact = readonly [string, string | Cell];

/**
 * What a person looks at first, in some thirty lines: what is as it should be is one line, what is not is told in whole.
 * All of it is in the text report. No line is wider than `width` (40 at least); ends with a line feed.
 */
export function renderBrief(summary: Summary, options: ReportOptions): string {
  const sheet = createSheet(options);
  const sections = [
    verdictSection(summary, sheet),
    runFacts(summary, sheet),
    ledgerSection(summary, sheet, true),
    attemptsSection(summary, sheet),
    byPhaseSection(summary, sheet),
    backgroundSection(summary, sheet),
    groupsSection(summary, sheet),
    placesSection(summary, sheet),
    briefSourcesSection(summary, sheet),
    marksSection(summary, sheet),
    dipsSection(summary, sheet),
    failuresSection(summary, sheet),
    rejectionsSection(summary, sheet),
    unknownSection(summary, sheet),
    ...troubles(summary, sheet),
    sheet.facts(wellFacts(summary)),
    thresholdsSection(summary, sheet),
    warningsSection(summary, sheet),
    restSection(summary, sheet),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function runFacts({ run }: Summary, sheet: Sheet): readonly string[] {
  return sheet.facts([
    ["scenario", `${printable(run.scenario)}, run ${run.id}`],
    ["target", printable(targetText(run))],
    ["when", `${formatInstant(run.startedAt)}, took ${formatDuration(run.duration)}`],
    ...(run.state === "complete" ? [] : [["state", { text: stateText(run), tone: "warn" }] as const]),
  ]);
}

/** Sections of which not all is well. */
function troubles(summary: Summary, sheet: Sheet): readonly (readonly string[])[] {
  return [
    isRollCallWell(summary) ? [] : rollCallSection(summary, sheet),
    loginsSection(summary, sheet),
    isServerWell(summary) ? [] : serverSection(summary, sheet),
    isValid(summary) ? [] : validitySection(summary, sheet),
    areMachinesWell(summary) ? [] : machinesSection(summary, sheet),
  ];
}

/** A line for each section of which all is well. */
function wellFacts(summary: Summary): readonly Fact[] {
  const { machines = [] } = summary;
  const watched = watchLine(summary);
  return [
    ...(isRollCallWell(summary) ? [["roll call", rollCallText(summary)] as const] : []),
    ...(isServerWell(summary) ? [["server", serverLine(summary)] as const] : []),
    ...(watched === undefined ? [] : [["server itself", watched] as const]),
    ...(isValid(summary)
      ? [
          [
            "valid",
            { text: "the generators kept up: the figures describe the target", tone: GRADE_TONES.valid } satisfies Cell,
          ] as const,
        ]
      : []),
    ...(machines.length > 0 && areMachinesWell(summary)
      ? [["machines", `${machines.length}, each of them valid`] as const]
      : []),
  ];
}

const isValid = ({ validity }: Summary): boolean =>
  validity.grade === "valid" && validity.signals.every(({ grade }) => grade === "valid");

const areMachinesWell = ({ machines = [] }: Summary): boolean =>
  machines.every(({ grade, lostGenerators }) => grade === "valid" && lostGenerators.length === 0);

function isRollCallWell({ rollCall, ledger }: Summary): boolean {
  const { when, negativeControl, duplicates, hold, called, connected } = rollCall;
  if (when === "off") return true;
  const everyone = ledger.provisioned > 0 && connected === called && called === ledger.provisioned;
  const stayed = hold === undefined || hold.stayed === hold.sessions;
  return everyone && stayed && negativeControl === "refused" && duplicates.count === 0;
}

function rollCallText({ rollCall, logins }: Summary): string {
  const { when, connected, loginsPerSecond, hold, proof } = rollCall;
  if (when === "off") return "not called: whether the issued credentials work is not known";
  const pace = loginsPerSecond === null ? "" : `, ${formatRate(loginsPerSecond)} a second`;
  const held = hold === undefined ? "" : `; ${holdText(hold).replace(/\.$/, "")}`;
  const spoke = proof === undefined ? "" : proof === "telemetry" ? " and were acknowledged" : " and were answered";
  return `all ${formatCount(connected)} logged in${whereCalled(logins)}${spoke}${pace}; a wrong credential was refused${held}`;
}

const isServerWell = ({ server }: Summary): boolean =>
  server === undefined || (server.unchecked.length === 0 && isAsTold(server));

function serverLine({ server }: Summary): string {
  if (server === undefined) return "no administrator was asked: whether there are ghosts is not known";
  const { reconciliation } = server;
  const found =
    reconciliation === null
      ? ""
      : `: ${formatCount(reconciliation.present)} told and there, no ghosts, none missing${storedText(reconciliation.stored?.asked)}`;
  return `${serverName(server)}${found}`;
}

function storedText(asked: number | undefined): string {
  return asked === undefined
    ? ""
    : `; ${formatCount(asked)} of ${quantity(asked, "device")} looked at have stored what they published`;
}

function restSection({ run }: Summary, sheet: Sheet): readonly string[] {
  return [
    ...sheet.prose(`All of it: report.txt in the run's folder, or rollcall report ${run.id} --full`, "quiet"),
    ...sheet.prose(`As a page: rollcall report ${run.id} -f html -o ${run.id}.html`, "quiet"),
  ];
}
