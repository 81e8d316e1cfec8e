import { printable, wrapText } from "../writing/text-width.ts";
import { createPaint, type Tone } from "../writing/paint.ts";
import { layTable, type Row, type Table } from "../writing/table.ts";
import type { Change } from "./baseline.ts";
import { type ColumnId, titleOf } from "./columns.ts";
import { type CaseResult, type ConformanceResult, differs } from "./result.ts";
import { formatCount } from "../writing/notation.ts";

interface Display {
  readonly color: boolean;
  readonly width: number;
}

const TONES: Readonly<Record<CaseResult["verdict"], Tone>> = {
  "as-expected": "good",
  differs: "bad",
  "not-applicable": "quiet",
};

/** Explains the column that names the contract's rows. */
export const WHERE = "  contract: section and topic of docs/contract.md";

/** What a server showed, for a person; `all`: every case, not only what differs. */
export function renderText(result: ConformanceResult, all: boolean, display: Display): string {
  const paint = createPaint(display.color);
  const space = { width: display.width, paint };
  const wrong = result.cases.filter(differs);
  const lines = [
    paint(wrong.length === 0 ? "good" : "bad", headlineOf(result)),
    `  behaves like ThingsBoard ${result.matches.map(titleOf).join(" or ")}; expected: ${titleOf(result.expected)}`,
    ...(result.unknownRelease === undefined
      ? []
      : wrapText(`  ${unknownText(result.unknownRelease, result.expected)}`, display.width).map((line) =>
          paint("warn", line),
        )),
    ...(wrong.length === 0 ? [] : ["", paint("title", "DIFFERS"), ...layTable(differingTable(wrong), space)]),
    ...(all ? ["", paint("title", "CASES"), ...layTable(casesTable(result.cases), space)] : []),
    ...(all || wrong.length > 0 ? ["", paint("quiet", WHERE)] : []),
    ...notApplicable(result.cases, display.width),
  ];
  return `${lines.join("\n")}\n`;
}

/** Only what changed since `before`. */
export function renderChanges(
  before: ConformanceResult,
  after: ConformanceResult,
  changes: readonly Change[],
  display: Display,
): string {
  const paint = createPaint(display.color);
  const lines = [
    paint(changes.length === 0 ? "good" : "bad", changesText(before, changes)),
    `  before: ${serverOf(before)}, behaves like ${before.matches.map(titleOf).join(" or ")}`,
    `  after:  ${serverOf(after)}, behaves like ${after.matches.map(titleOf).join(" or ")}`,
    ...(changes.length === 0
      ? []
      : ["", ...layTable(changesTable(changes), { width: display.width, paint }), "", paint("quiet", WHERE)]),
  ];
  return `${lines.join("\n")}\n`;
}

export function changesText(before: ConformanceResult, changes: readonly Change[]): string {
  const compared = before.cases.filter(({ verdict }) => verdict !== "not-applicable").length;
  return changes.length === 0
    ? `Nothing changed since ${before.startedAt} in ${compared} cases.`
    : `${changes.length} of ${compared} cases changed since ${before.startedAt}.`;
}

export function changesTable(changes: readonly Change[]): Table {
  return {
    columns: [
      { title: "case", align: "left", prose: true },
      { title: "contract", align: "left", prose: true },
      { title: "before", align: "left", prose: true },
      { title: "after", align: "left", prose: true },
    ],
    rows: changes.map((change) => [change.title, change.row, printable(change.before), printable(change.after)]),
  };
}

function headlineOf({ target, server, cases }: ConformanceResult): string {
  const count = (verdict: CaseResult["verdict"]) => cases.filter((result) => result.verdict === verdict).length;
  const named = server === undefined ? target : `${target} (ThingsBoard ${printable(server)})`;
  return `${named}: ${count("as-expected")} as expected, ${count("differs")} differ, ${count("not-applicable")} not applicable`;
}

/** Said of a release whose rules are not known. */
export function unknownText(release: string, expected: ColumnId): string {
  return `rollcall does not know the release ${printable(release)}: it is held against the rules of ${titleOf(expected)}`;
}

export function serverOf({ target, server }: ConformanceResult): string {
  return printable(server === undefined ? target : `${target}, ThingsBoard ${server}`);
}

export function differingTable(results: readonly (CaseResult & { readonly verdict: "differs" })[]): Table {
  return {
    columns: [
      { title: "case", align: "left", prose: true },
      { title: "contract", align: "left", prose: true },
      { title: "expected", align: "left", prose: true },
      { title: "came", align: "left", prose: true },
    ],
    rows: results.map(({ title, row, expected, came }) => [
      title,
      row,
      expected,
      { text: printable(came), tone: "bad" },
    ]),
  };
}

export function casesTable(results: readonly CaseResult[]): Table {
  const rowOf = (result: CaseResult): Row => [
    { text: result.verdict.replaceAll("-", " "), tone: TONES[result.verdict] },
    result.title,
    result.row,
    result.verdict === "not-applicable" ? result.why : printable(result.came),
  ];
  return {
    columns: [
      { title: "", align: "left" },
      { title: "case", align: "left", prose: true },
      { title: "contract", align: "left", prose: true },
      { title: "came", align: "left", prose: true },
    ],
    rows: results.map(rowOf),
  };
}

/** By reason, with their number. */
function notApplicable(cases: readonly CaseResult[], width: number): readonly string[] {
  const reasons = reasonsOf(cases);
  if (reasons.length === 0) return [];
  const lines = reasons.flatMap((reason) => wrapText(reason, width - 4).map((line) => `    ${line}`));
  return ["", "  not applicable:", ...lines];
}

/** Why cases were not tried: "12: no address of CoAP was given". */
export function reasonsOf(cases: readonly CaseResult[]): readonly string[] {
  const reasons = new Map<string, number>();
  for (const result of cases) {
    if (result.verdict === "not-applicable") reasons.set(result.why, (reasons.get(result.why) ?? 0) + 1);
  }
  return [...reasons].map(([why, count]) => `${formatCount(count)}: ${why}`);
}
