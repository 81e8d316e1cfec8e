import type { Grade, Summary } from "../../model/summary.ts";
import { printable } from "../../writing/text-width.ts";
import type { Tone } from "../../writing/paint.ts";
import type { Sheet } from "../../writing/sheet.ts";
import type { Cell, Column, Row, Table } from "../../writing/table.ts";
import { generatorsText, gradeText, marginText, othersText, quantityText, tightestText } from "../wording.ts";

export const GRADE_TONES: Readonly<Record<Grade, Tone>> = { valid: "good", degraded: "warn", void: "bad" };

const THRESHOLD_COLUMNS: readonly Column[] = [
  { title: "", align: "left" },
  { title: "threshold", align: "left", prose: true },
  { title: "measured", align: "right" },
  { title: "margin", align: "left", prose: true },
];

export function thresholdsTable({ thresholds }: Summary): Table {
  const rows = thresholds.map((threshold): Row => {
    const { passed, text, measured, unit } = threshold;
    const missed: Cell = threshold.undecided ? { text: "undecided", tone: "warn" } : { text: "MISSED", tone: "bad" };
    const verdict: Cell = passed ? { text: "passed", tone: "good" } : missed;
    return [verdict, printable(text), quantityText(measured, unit), marginText(threshold)];
  });
  return { columns: THRESHOLD_COLUMNS, rows };
}

export function thresholdsSection(summary: Summary, sheet: Sheet): readonly string[] {
  if (summary.thresholds.length === 0) return [];
  return [...sheet.title("THRESHOLDS", "what the scenario asked for"), ...sheet.table(thresholdsTable(summary))];
}

const SIGNAL_COLUMNS: readonly Column[] = [
  { title: "", align: "left" },
  { title: "signal", align: "left", prose: true },
  { title: "measured", align: "left", prose: true },
  { title: "degraded if", align: "left", prose: true },
  { title: "void if", align: "left", prose: true },
];

export function signalsTable({ validity }: Summary): Table {
  const rows = validity.signals.map(({ name, grade, measured, degradedAbove, voidAbove }): Row => [
    { text: grade, tone: GRADE_TONES[grade] },
    printable(name),
    printable(measured),
    { text: printable(degradedAbove), tone: "quiet" },
    { text: printable(voidAbove), tone: "quiet" },
  ]);
  return { columns: SIGNAL_COLUMNS, rows };
}

export function validitySection(summary: Summary, sheet: Sheet): readonly string[] {
  const { validity } = summary;
  const each = generatorsText(validity);
  const tightest = [tightestText(validity.tightest), othersText(validity)].filter((each) => each !== "").join(" ");
  return [
    ...sheet.title("VALIDITY", "may the figures be believed? The generators' own condition during the measured phases"),
    ...sheet.prose(gradeText(validity), GRADE_TONES[validity.grade]),
    ...(validity.signals.length === 0 ? [] : sheet.table(signalsTable(summary))),
    ...(each === "" ? [] : sheet.prose(printable(each))),
    ...(tightest === "" ? [] : sheet.prose(tightest, "quiet")),
  ];
}

export function warningsSection({ validity }: Summary, sheet: Sheet): readonly string[] {
  if (validity.warnings.length === 0) return [];
  return [
    ...sheet.title("WARNINGS"),
    ...validity.warnings.flatMap((warning) => sheet.prose(printable(warning), "warn", "- ")),
  ];
}
