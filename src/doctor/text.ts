import { createSheet } from "../writing/sheet.ts";
import { asTyped } from "../writing/typed-command.ts";
import type { Tone } from "../writing/paint.ts";
import type { Row } from "../writing/table.ts";
import type { Diagnosis } from "./diagnosis.ts";
import type { FindingState } from "./finding.ts";

const SHOWN: Readonly<Record<FindingState, { readonly text: string; readonly tone: Tone }>> = {
  ok: { text: "ok", tone: "good" },
  warning: { text: "warning", tone: "warn" },
  problem: { text: "PROBLEM", tone: "bad" },
  "not-checked": { text: "not checked", tone: "quiet" },
};

/** As a person reads it: each finding, and below it what to do. */
export function renderText(diagnosis: Diagnosis, display: Parameters<typeof createSheet>[0]): string {
  const sheet = createSheet(display);
  const { scenario, target, simulated, sections } = diagnosis;
  const lines = [`${scenario} at ${target}${simulated ? " (SIMULATED, not a real ThingsBoard)" : ""}`];
  const all = sections.flatMap(({ findings }) => findings);
  const nameWidth = Math.max(...all.map(({ check }) => check.length));
  const stateWidth = Math.max(...all.map(({ state }) => SHOWN[state].text.length));
  for (const { title, about, findings } of sections) {
    const rows = findings.flatMap(({ check, state, found, fix }): readonly Row[] => [
      [{ ...SHOWN[state], text: SHOWN[state].text.padEnd(stateWidth) }, check.padEnd(nameWidth), found],
      ...(fix === undefined ? [] : [["", "", asTyped(`→ ${fix}`, display.program)]]),
    ]);
    lines.push("", ...sheet.title(title, about), ...sheet.table({ columns: COLUMNS, rows }));
  }
  return [...lines, "", ...sheet.prose(verdictOf(diagnosis)).map((line) => line.trimStart()), ""].join("\n");
}

const COLUMNS = [
  { title: "", align: "left" },
  { title: "", align: "left" },
  { title: "", align: "left", prose: true },
] as const;

function verdictOf({ counts }: Diagnosis): string {
  const { ok, warning, problem, "not-checked": unknown } = counts;
  const rest = `${ok} ok, ${warning} ${warning === 1 ? "warning" : "warnings"}, ${unknown} not checked`;
  if (problem === 0) return `Nothing stands against this run: ${rest}.`;
  return `${problem} ${problem === 1 ? "problem" : "problems"} to solve before this run: ${rest}.`;
}
