/** A name and the line of its file where it stands, from 1. */
export interface ListedName {
  readonly name: string;
  readonly line: number;
}

/**
 * One name a line, however lines end; blank lines are none. A line that is # alone, or begins with # and a space, is a
 * comment: "#2" is a device.
 */
export function namesOfLines(text: string): readonly ListedName[] {
  return text
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ name: line.trim(), line: index + 1 }))
    .filter(({ name }) => name !== "" && !/^#(?:\s|$)/.test(name));
}

/** The names in one column of a CSV file with a header (RFC 4180); a string says why there are none. */
export function namesOfColumn(text: string, column: string): readonly ListedName[] | string {
  const read = readCsv(text);
  if (typeof read === "string") return read;
  const [header, ...rows] = read;
  const titles = header?.cells.map((title) => title.trim()) ?? [];
  const at = titles.indexOf(column);
  if (at < 0) return `it has no column ${column}: its first line has ${titles.join(", ")}`;
  return rows.map(({ cells, line }) => ({ name: (cells[at] ?? "").trim(), line })).filter(({ name }) => name !== "");
}

/** What makes a list of names look like a table: as many separators in every line, and at least one. */
export function looksLikeCsv(names: readonly ListedName[]): boolean {
  return [",", ";", "\t"].some((separator) => {
    const [first, ...others] = names.map(({ name }) => name.split(separator).length);
    return first !== undefined && first > 1 && others.length > 0 && others.every((count) => count === first);
  });
}

/** Names that stand on more than one line, with those lines. */
export function repeatedNames(names: readonly ListedName[]): readonly { name: string; lines: readonly number[] }[] {
  const lines = new Map<string, number[]>();
  for (const { name, line } of names) lines.set(name, [...(lines.get(name) ?? []), line]);
  return [...lines].map(([name, at]) => ({ name, lines: at })).filter((each) => each.lines.length > 1);
}

interface CsvRow {
  readonly cells: readonly string[];
  readonly line: number;
}

const CELL = /(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>(?!")[^,\r\n]*))(?<end>,|\r\n|\n|\r|$)/y;

/** Cells between commas, quoted where they hold one, a line break or a quote, which is then doubled. Blank lines are none. */
function readCsv(text: string): readonly CsvRow[] | string {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let [line, start] = [1, 1];
  CELL.lastIndex = 0;
  for (let last = false; !last;) {
    const found = CELL.exec(text);
    if (found?.groups === undefined) return `line ${line} is no CSV: a quote is not closed, or something follows one`;
    const { quoted, plain = "", end = "" } = found.groups;
    cells.push(quoted?.replaceAll('""', '"') ?? plain);
    line += found[0].match(/\r\n|\n|\r/g)?.length ?? 0;
    if (end === ",") continue;
    if (cells.length > 1 || cells[0] !== "") rows.push({ cells, line: start });
    [cells, start] = [[], line];
    last = end === "" || CELL.lastIndex >= text.length;
  }
  return rows;
}
