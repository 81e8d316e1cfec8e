import { displayWidth, wrapText } from "./text-width.ts";
import { asTyped } from "./typed-command.ts";
import { createPaint, type Paint, type Tone } from "./paint.ts";
import { type Cell, type Column, layTable, naturalWidth, type Table } from "./table.ts";

/** Paper of a given width for a text report. Everything it gives is a list of lines that fit. */
export interface Sheet {
  readonly width: number;
  readonly paint: Paint;
  /** The heading of a section, and what it is about. */
  title(name: string, about?: string): readonly string[];
  /** Prose, indented; `lead` stands before its first line ("- ") and the rest is set in as far. */
  prose(text: string, tone?: Tone, lead?: string): readonly string[];
  /** A label and a text in two columns. */
  facts(rows: readonly (readonly [string, string | Cell])[]): readonly string[];
  table(table: Table): readonly string[];
  /** Whether a table would be as wide as it likes. */
  fits(table: Table): boolean;
}

/** Below this nothing can be read. */
const LEAST_WIDTH = 40;
const INDENT = "  ";

interface SheetOptions {
  readonly color: boolean;
  readonly width: number;
  /** What its reader types to start the program; absent: its name. */
  readonly program?: string | undefined;
}

export function createSheet(options: SheetOptions): Sheet {
  const width = Math.max(LEAST_WIDTH, options.width);
  const paint = createPaint(options.color);

  return {
    width,
    paint,
    title(name, about) {
      const [first = "", ...rest] = wrapText(about ?? "", width - displayWidth(name) - INDENT.length);
      const head = first === "" ? paint("title", name) : `${paint("title", name)}${INDENT}${paint("quiet", first)}`;
      const margin = " ".repeat(displayWidth(name) + INDENT.length);
      return [head, ...rest.map((line) => margin + paint("quiet", line))];
    },
    prose(text, tone = "plain", lead = "") {
      const margin = " ".repeat(displayWidth(lead));
      const lines = wrapText(asTyped(text, options.program), width - INDENT.length - margin.length);
      return lines.map((line, index) => (INDENT + (index === 0 ? lead : margin) + paint(tone, line)).trimEnd());
    },
    facts(rows) {
      const columns: readonly Column[] = [
        { title: "", align: "left" },
        { title: "", align: "left", prose: true },
      ];
      return layTable({ columns, rows }, { width, paint });
    },
    table: (table) => layTable(table, { width, paint }),
    fits: (table) => naturalWidth(table) <= width,
  };
}
