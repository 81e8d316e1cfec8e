import { comparisonElements } from "../compare/html.ts";
import { headline } from "../compare/wording.ts";
import { splitHeadline } from "../report/wording.ts";
import { facts, list, paragraph, section, tableElement, verdictElement } from "../writing/html-elements.ts";
import { pageText } from "../writing/html-page.ts";
import { formatCount } from "../writing/notation.ts";
import { printable } from "../writing/text-width.ts";
import type { ConformanceChanges, UpgradeReport } from "./report.ts";
import { changedRules, CONTROL, KNOWN_MEANING } from "./text.ts";
import { answersText, expectedText, serverText } from "./wording.ts";

/** An upgrade check on a page of its own: for those who decide whether the upgrade stays. */
export async function renderHtml(report: UpgradeReport, simulated: boolean): Promise<string> {
  const { verdict, before, after, rollCall, reprovisioning } = report;
  const { label, rest } = splitHeadline(verdict);
  return pageText({
    title: `Upgrade of ${after.target}: rollcall`,
    kind: "rollcall: check of an upgrade",
    heading: after.target,
    simulated,
    facts: [`Before: ${serverText(before)}`, `After: ${serverText(after)}`],
    body: [
      verdictElement({
        tone: verdict.passed ? "good" : "bad",
        label: printable(label).toUpperCase(),
        sentence: printable(rest),
        further: verdict.reasons.slice(1).map(printable),
      }),
      section(
        "Old roll",
        "a login with every credential that was issued before",
        facts([
          ["connected", `${formatCount(rollCall.connected)} of ${formatCount(rollCall.called)}`],
          ...rollCall.absent.map(({ why, count }) => ["absent", printable(`${formatCount(count)}: ${why}`)] as const),
          ["wrong credentials", CONTROL[rollCall.negativeControl]],
        ]),
        rollCall.absentNames.length === 0
          ? ""
          : paragraph(`Absent: ${rollCall.absentNames.map(printable).join(", ")}.`),
      ),
      section(
        "Old names",
        "provisioned again, as a device does that was reset",
        facts([
          ["asked", formatCount(reprovisioning.asked)],
          ["expected", printable(expectedText(reprovisioning))],
          ["came", printable(answersText(reprovisioning))],
        ]),
      ),
      section("Changed rules", "of the provisioning contract, before and after", ...rulesElements(report.conformance)),
      section("Speed", "the same load before and after", await speedElement(report)),
    ],
  });
}

function rulesElements(conformance: ConformanceChanges | null): readonly string[] {
  if (conformance === null) {
    return [paragraph("Not tried: the scenario is not over MQTT, and --mqtt was not given.", "quiet")];
  }
  const { changes, compared } = conformance;
  if (changes.length === 0) return [paragraph(`None of ${formatCount(compared)} changed.`)];
  return [
    paragraph(`${formatCount(changes.length)} of ${formatCount(compared)} changed.`),
    tableElement(changedRules(conformance), "Changed rules"),
    changes.some(({ known }) => known) ? paragraph(KNOWN_MEANING, "quiet") : "",
  ];
}

async function speedElement({ comparison, refusals }: UpgradeReport): Promise<string> {
  if (comparison === null) return list(refusals.map(printable));
  return [paragraph(printable(headline(comparison))), ...(await comparisonElements(comparison))]
    .filter((part) => part !== "")
    .join("\n");
}
