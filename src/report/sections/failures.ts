import type { Summary } from "../../model/summary.ts";
import { printable } from "../../writing/text-width.ts";
import { formatCount, quantity } from "../../writing/notation.ts";
import type { Sheet } from "../../writing/sheet.ts";
import type { Column, Row, Table } from "../../writing/table.ts";
import { FAILURE_MEANINGS } from "../failure-meanings.ts";
import { namesText } from "../wording.ts";

const FAILURE_COLUMNS: readonly Column[] = [
  { title: "kind", align: "left" },
  { title: "devices", align: "right" },
  { title: "what it means, and an example", align: "left", prose: true },
];

const REJECTION_COLUMNS: readonly Column[] = [
  { title: "status", align: "left" },
  { title: "devices", align: "right" },
  { title: "an example", align: "left", prose: true },
];

export function failuresTable({ failures }: Summary): Table {
  const rows = failures.flatMap(({ kind, count, example }): readonly Row[] => [
    [kind, formatCount(count), FAILURE_MEANINGS[kind]],
    ["", "", { text: `e.g. ${printable(example.device)}: ${printable(example.detail)}`, tone: "quiet" }],
  ]);
  return { columns: FAILURE_COLUMNS, rows };
}

export function rejectionsTable({ rejections }: Summary): Table {
  const rows = rejections.map(({ status, count, example }): Row => {
    return [status, formatCount(count), `${printable(example.device)}: ${printable(example.message)}`];
  });
  return { columns: REJECTION_COLUMNS, rows };
}

export function failuresSection(summary: Summary, sheet: Sheet): readonly string[] {
  if (summary.failures.length === 0) return [];
  return [...sheet.title("FAILURES", "by kind: no answer that could be read"), ...sheet.table(failuresTable(summary))];
}

export function rejectionsSection(summary: Summary, sheet: Sheet): readonly string[] {
  if (summary.rejections.length === 0) return [];
  return [
    ...sheet.title("REJECTIONS", "by status: the target answered, and the answer was no"),
    ...sheet.table(rejectionsTable(summary)),
  ];
}

/** "695 devices may exist on the server though no client was told: …". */
export function unknownText({ unknown }: Summary): string {
  const names = unknown.names.length === 0 ? "" : `: ${namesText(unknown.names.map(printable), unknown.count)}`;
  return `${quantity(unknown.count, "device")} may exist on the server though no client was told${names}.`;
}

export function unknownSection(summary: Summary, sheet: Sheet): readonly string[] {
  if (summary.unknown.count === 0) return [];
  return [
    ...sheet.title("UNKNOWN DEVICES", 'also called "ghosts": asked for, and never answered'),
    ...sheet.prose(unknownText(summary), "warn"),
    ...sheet.prose("A second request under such a name would be rejected. summary.json has up to 100 names.", "quiet"),
  ];
}
