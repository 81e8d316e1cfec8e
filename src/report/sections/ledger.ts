import type { Ledger, Summary } from "../../model/summary.ts";
import { printable } from "../../writing/text-width.ts";
import type { Cell, Column, Table } from "../../writing/table.ts";
import { formatCount } from "../../writing/notation.ts";
import type { Sheet } from "../../writing/sheet.ts";

/** One equation: a total, and the parts that must add up to it. */
export interface Equation {
  readonly total: string;
  readonly sum: number;
  readonly parts: readonly Part[];
}

interface Part {
  readonly name: string;
  readonly count: number;
  /** In words, for the reader who asks why it is not 0; undefined: as hoped for. */
  readonly meaning: string | undefined;
}

const part = (name: string, count: number, meaning?: string): Part => ({ name, count, meaning });

export function equationsOf(ledger: Ledger): readonly Equation[] {
  return [
    {
      total: "planned",
      sum: ledger.planned,
      parts: [
        part("started", ledger.started),
        part("dropped", ledger.dropped, "never started: too many were in flight at their time, or the run was stopped"),
        part("unreported", ledger.unreported, "belonged to a generator that died: nothing is known of them"),
      ],
    },
    {
      total: "started",
      sum: ledger.started,
      parts: [
        part("provisioned", ledger.provisioned),
        part("rejected", ledger.rejected, "the target answered, and the answer was no"),
        part("failed", ledger.failed, "no answer that could be read"),
        part("aborted", ledger.aborted, "in flight when the run was stopped"),
      ],
    },
    {
      total: "provisioned",
      sum: ledger.provisioned,
      parts: [
        part("connected", ledger.connected),
        ...(ledger.mute === undefined
          ? []
          : [
              part(
                "mute",
                ledger.mute,
                "let in, but their message was not acknowledged or their question not answered",
              ),
            ]),
        part("refused", ledger.refused, "told their credentials, and turned away with them"),
        part("unreachable", ledger.unreachable, "no answer to their login"),
        part("uncalled", ledger.uncalled, "their login was not tried"),
      ],
    },
  ];
}

const DAMAGED = "their journal lost lines or is damaged: nothing is known of them";

/** The parts that are not 0 and need a word, over all equations. */
export function troublesOf({ ledger, run }: Pick<Summary, "ledger" | "run">): readonly Part[] {
  const troubles = equationsOf(ledger).flatMap(({ parts }) =>
    parts.filter(({ count, meaning }) => count > 0 && meaning !== undefined),
  );
  if (run.lostGenerators.length > 0) return troubles;
  return troubles.map((trouble) => (trouble.name === "unreported" ? { ...trouble, meaning: DAMAGED } : trouble));
}

/** One table for each equation. */
export const equationTables = (ledger: Ledger): readonly Table[] =>
  equationsOf(ledger).map((equation) => sideBySide([equation]));

/** "The equations balance", in words. */
export function balanceText({ imbalances }: Ledger): string {
  return imbalances.length === 0
    ? "Every device is accounted for: each column adds up."
    : `The ledger does NOT balance: ${imbalances.map(printable).join("; ")}.`;
}

/** Empty where no device misbehaves on purpose. */
export function expectedText({ expected }: Ledger): string {
  if (expected === 0) return "";
  const count = formatCount(expected);
  return `${count} of the rejected and failed misbehaved on purpose, and got the refusal that they should.`;
}

/** Empty where none was. */
export function undeservedText({ undeserved }: Ledger): string {
  if (undeserved === 0) return "";
  const count = formatCount(undeserved);
  return `${count} of the provisioned misbehaved on purpose, and should have been refused: they count as failures.`;
}

/** `brief`: that it balances is not said. */
export function ledgerSection(summary: Summary, sheet: Sheet, brief = false): readonly string[] {
  const { ledger } = summary;
  const equations = equationsOf(ledger);
  const balances = ledger.imbalances.length === 0;
  const table = sideBySide(equations);
  const tables = sheet.fits(table) ? sheet.table(table) : equationTables(ledger).flatMap((table) => sheet.table(table));
  return [
    ...sheet.title("LEDGER", "what became of every device"),
    ...tables,
    ...(brief && balances ? [] : sheet.prose(balanceText(ledger), balances ? "quiet" : "bad")),
    ...troublesOf(summary).flatMap(({ name, meaning }) => sheet.prose(`${name}: ${meaning}`, "quiet")),
    ...(ledger.expected === 0 ? [] : sheet.prose(expectedText(ledger), "quiet")),
    ...(ledger.undeserved === 0 ? [] : sheet.prose(undeservedText(ledger), "bad")),
  ];
}

/** Equations as pairs of columns: the total above, its parts below. */
function sideBySide(equations: readonly Equation[]): Table {
  const space: Column = { title: "", align: "left" };
  const columns = equations.flatMap(({ total, sum }, index): readonly Column[] => [
    ...(index === 0 ? [] : [space]),
    { title: `  ${total}`, align: "left" },
    { title: formatCount(sum), align: "right" },
  ]);
  const height = Math.max(...equations.map(({ parts }) => parts.length));
  const rows = Array.from({ length: height }, (_, index) =>
    equations.flatMap(({ parts }, place): readonly Cell[] => {
      const found = parts[index];
      const space = place === 0 ? [] : [plain("")];
      if (found === undefined) return [...space, plain(""), plain("")];
      const trouble = found.count > 0 && found.meaning !== undefined;
      const tone = found.count === 0 ? "quiet" : trouble ? "warn" : "plain";
      const sign = index === 0 ? "=" : "+";
      return [...space, { text: `${sign} ${found.name}`, tone }, { text: formatCount(found.count), tone }];
    }),
  );
  return { columns, rows };
}

const plain = (text: string): Cell => ({ text, tone: "plain" });
