import { findingText, headline } from "../compare/wording.ts";
import { EXIT } from "../model/error.ts";
import { printable, wrapText } from "../writing/text-width.ts";
import { createSheet, type Sheet } from "../writing/sheet.ts";
import { formatCount } from "../writing/notation.ts";
import type { Cell, Table } from "../writing/table.ts";
import type { ConformanceChanges, UpgradeReport } from "./report.ts";
import { answersText, expectedText, serverText } from "./wording.ts";

interface Display {
  readonly color: boolean;
  readonly width: number;
}

export const CONTROL = {
  refused: "refused, as they must be",
  admitted: "ADMITTED",
  unreachable: "not answered",
  "not-made": "not tried",
} as const;

/** For a person: the verdict first, then what it was found from. */
export function renderUpgrade(report: UpgradeReport, display: Display): string {
  const sheet = createSheet(display);
  const { verdict } = report;
  const tone = verdict.passed ? "good" : verdict.exitCode === EXIT.undecided ? "warn" : "bad";
  const lines = [
    ...wrapText(printable(verdict.headline), display.width).map((line) => sheet.paint(tone, line)),
    ...verdict.reasons.slice(1).flatMap((reason) => sheet.prose(printable(reason), "plain", "- ")),
    "",
    ...sheet.facts([
      ["before", printable(serverText(report.before))],
      ["after", printable(serverText(report.after))],
    ]),
    "",
    ...rollCallSection(report, sheet),
    "",
    ...reprovisioningSection(report, sheet),
    "",
    ...conformanceSection(report.conformance, sheet),
    "",
    ...comparisonSection(report, sheet),
  ];
  return `${lines.join("\n")}\n`;
}

function rollCallSection({ rollCall }: UpgradeReport, sheet: Sheet): readonly string[] {
  const { called, connected, absent, absentNames } = rollCall;
  return [
    ...sheet.title("OLD ROLL", "a login with every credential that was issued before"),
    ...sheet.facts([
      ["connected", `${formatCount(connected)} of ${formatCount(called)}`],
      ...absent.map(({ why, count }): readonly [string, Cell] => [
        "absent",
        { text: `${formatCount(count)}: ${printable(why)}`, tone: "bad" },
      ]),
      ...(absentNames.length === 0 ? [] : [["", absentNames.map(printable).join(", ")] as const]),
      ["wrong credentials", CONTROL[rollCall.negativeControl]],
    ]),
  ];
}

function reprovisioningSection({ reprovisioning }: UpgradeReport, sheet: Sheet): readonly string[] {
  const { asked, came, expected } = reprovisioning;
  const right = expected === null || (came[expected] ?? 0) === asked;
  return [
    ...sheet.title("OLD NAMES", "provisioned again, as a device does that was reset"),
    ...sheet.facts([
      ["asked", formatCount(asked)],
      ["expected", expectedText(reprovisioning)],
      ["came", { text: printable(answersText(reprovisioning)), tone: right ? "plain" : "bad" }],
    ]),
  ];
}

function conformanceSection(conformance: ConformanceChanges | null, sheet: Sheet): readonly string[] {
  const title = sheet.title("RULES", "of the provisioning contract, before and after");
  if (conformance === null)
    return [...title, ...sheet.prose("Not tried: the scenario is not over MQTT, and --mqtt was not given.", "quiet")];
  const { changes, compared } = conformance;
  if (changes.length === 0) return [...title, ...sheet.prose(`None of ${formatCount(compared)} changed.`)];
  return [
    ...title,
    ...sheet.prose(`${formatCount(changes.length)} of ${formatCount(compared)} changed.`),
    ...sheet.table(changedRules(conformance)),
    ...(changes.some((change) => change.known) ? sheet.prose(KNOWN_MEANING, "quiet") : []),
  ];
}

export const KNOWN_MEANING =
  "known: between these releases that is what changes; devices that rely on it must be looked at.";

export function changedRules({ changes }: ConformanceChanges): Table {
  return {
    columns: [
      { title: "", align: "left" },
      { title: "rule", align: "left", prose: true },
      { title: "before", align: "left", prose: true },
      { title: "after", align: "left", prose: true },
    ],
    rows: changes.map(({ known, title: rule, before, after }) => [
      known ? { text: "known", tone: "warn" } : { text: "NOT KNOWN", tone: "bad" },
      rule,
      printable(before),
      printable(after),
    ]),
  };
}

function comparisonSection({ comparison, refusals }: UpgradeReport, sheet: Sheet): readonly string[] {
  const title = sheet.title("SPEED", "the same load before and after");
  if (comparison === null) return [...title, ...refusals.flatMap((reason) => sheet.prose(printable(reason), "bad"))];
  return [
    ...title,
    ...sheet.prose(headline(comparison)),
    ...comparison.metrics.flatMap((metric) => sheet.prose(`${metric.metric}: ${findingText(metric)}`, "plain", "- ")),
    ...comparison.warnings.flatMap((warning) => sheet.prose(`warning: ${warning}`, "warn")),
  ];
}
