import { findingText } from "../compare/wording.ts";
import { printable } from "../writing/text-width.ts";
import { formatCount } from "../writing/notation.ts";
import type { UpgradeReport } from "./report.ts";
import { answersText, expectedText, serverText } from "./wording.ts";

/** An upgrade check for a change request. */
export function renderMarkdown(report: UpgradeReport): string {
  const { verdict, before, after, rollCall, reprovisioning, conformance, comparison, refusals } = report;
  const changes = conformance?.changes ?? [];
  const rules =
    conformance === null
      ? "not tried"
      : `${formatCount(changes.length)} of ${formatCount(conformance.compared)} changed`;
  const speed =
    comparison === null ? refusals : comparison.metrics.map((each) => `${each.metric}: ${findingText(each)}`);
  const warnings = comparison?.warnings ?? [];
  const lines = [
    `**${verdict.headline}**`,
    ...verdict.reasons.slice(1).map((reason) => `- ${reason}`),
    "",
    `- before: ${serverText(before)}`,
    `- after: ${serverText(after)}`,
    "",
    "| part | found |",
    "|---|---|",
    row("old roll", `${formatCount(rollCall.connected)} of ${formatCount(rollCall.called)} connected`),
    ...rollCall.absent.map(({ why, count }) => row("", `absent: ${formatCount(count)}, ${why}`)),
    row("old names", `${answersText(reprovisioning)}; expected: ${expectedText(reprovisioning)}`),
    row("rules", rules),
    ...speed.map((finding, index) => row(index === 0 ? "speed" : "", finding)),
    ...(changes.length === 0
      ? []
      : [
          "",
          "| rule | before | after | |",
          "|---|---|---|---|",
          ...changes.map((change) =>
            row(change.title, change.before, change.after, change.known ? "known" : "**not known**"),
          ),
        ]),
    ...(warnings.length === 0 ? [] : ["", ...warnings.map((warning) => `- ${warning}`)]),
  ];
  return `${lines.map(printable).join("\n")}\n`;
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
