import { findingText } from "../compare/wording.ts";
import { printable } from "../writing/text-width.ts";
import { countInWords } from "../writing/quantities.ts";
import type { UpgradeReport } from "./report.ts";
import { answersText, expectedText, serverText } from "./wording.ts";

/** An upgrade check for a change request. */
export function renderMarkdown(report: UpgradeReport): string {
  const { verdict, before, after, rollCall, reprovisioning, conformance, comparison, refusals } = report;
  const changes = conformance?.changes ?? [];
  const rules =
    conformance === null
      ? "not tried"
      : `${countInWords(changes.length)} of ${countInWords(conformance.compared)} changed`;
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
    row("old roll", `${countInWords(rollCall.connected)} of ${countInWords(rollCall.called)} connected`),
    ...rollCall.absent.map(({ why, count }) => row("", `absent: ${countInWords(count)}, ${why}`)),
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
