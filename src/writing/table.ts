import { displayWidth, padTo, wrapText } from "./text-width.ts";
import type { Paint, Tone } from "./paint.ts";

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
  /** Prose, which may be broken into lines when space is short. Figures are broken last. */
  readonly prose?: boolean;
}

export interface Cell {
  readonly text: string;
  readonly tone: Tone;
}

export type Row = readonly (string | Cell)[];

/** What is shown, apart from where: on paper by `layTable`, on a page by the html report. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

interface Space {
  readonly width: number;
  readonly paint: Paint;
}

const INDENT = "  ";
const GAP = 2;
/** Prose is not made narrower than this while another column can give way. */
const LEAST_PROSE = 10;

/** Aligned columns, never wider than `width`; the titles are left out when all are empty. Lines without trailing spaces. */
export function layTable({ columns, rows }: Table, { width, paint }: Space): readonly string[] {
  const titles: Row = columns.map(({ title }) => ({ text: title, tone: "quiet" }));
  const all = columns.some(({ title }) => title !== "") ? [titles, ...rows] : rows;
  const widths = fitWidths(columns, all, width - INDENT.length);
  return all.flatMap((row) => layRow(columns, row, widths, paint));
}

/** The width that a table would take if it had all the space it wants. */
export function naturalWidth({ columns, rows }: Table): number {
  return INDENT.length + totalOf(wishes(columns, rows));
}

function layRow(columns: readonly Column[], row: Row, widths: readonly number[], paint: Paint): readonly string[] {
  const cells = columns.map((column, index) => {
    const { text, tone } = asCell(row[index]);
    const width = widths[index] ?? 1;
    return {
      tone,
      width,
      align: column.align,
      lines: displayWidth(text) <= width ? [text.trimEnd()] : wrapText(text, width),
    };
  });
  const height = Math.max(1, ...cells.map(({ lines }) => lines.length));
  return Array.from({ length: height }, (_, lineIndex) => {
    let line = "";
    let blank = INDENT;
    for (const { lines, tone, width, align } of cells) {
      const text = lines[lineIndex] ?? "";
      const padded = padTo(text, width, align);
      if (text === "") {
        blank += padded;
      } else {
        // Spaces are kept back until something follows them, and never painted.
        const lead = align === "right" ? padded.slice(0, padded.length - text.length) : "";
        const tail = align === "left" ? padded.slice(text.length) : "";
        line += blank + lead + paint(tone, text);
        blank = tail;
      }
      blank += " ".repeat(GAP);
    }
    return line;
  });
}

function fitWidths(columns: readonly Column[], rows: readonly Row[], width: number): readonly number[] {
  const widths = [...wishes(columns, rows)];
  while (totalOf(widths) > width) {
    const prose = columns.map((column, index) =>
      column.prose === true && (widths[index] ?? 0) > LEAST_PROSE ? (widths[index] ?? 0) : 0,
    );
    const candidates = prose.some((size) => size > 0) ? prose : widths;
    const widest = candidates.indexOf(Math.max(...candidates));
    const size = widths[widest] ?? 1;
    if (size <= 1) break;
    widths[widest] = size - 1;
  }
  return widths;
}

export const asCell = (cell: string | Cell | undefined): Cell =>
  typeof cell === "object" ? cell : { text: cell ?? "", tone: "plain" };

const wishes = (columns: readonly Column[], rows: readonly Row[]): readonly number[] =>
  columns.map((_, index) => Math.max(0, ...rows.map((row) => displayWidth(asCell(row[index]).text))));

const totalOf = (widths: readonly number[]): number =>
  widths.reduce((sum, size) => sum + size, 0) + GAP * (widths.length - 1);
