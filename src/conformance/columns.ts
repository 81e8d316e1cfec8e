import { compareReleases, numbersOf, standingOf } from "../model/release.ts";

/** ThingsBoard releases that behave alike on the wire: the columns of the version matrix, ascending. */
export const COLUMNS = [
  { id: "3.6", title: "3.6" },
  { id: "3.7", title: "3.7" },
  { id: "3.8", title: "3.8" },
  { id: "3.9", title: "3.9 to 4.2.1" },
  { id: "4.2.1.1", title: "4.2.1.1 to 4.2.2" },
  { id: "4.3", title: "4.3 to 4.4" },
] as const;

export type ColumnId = (typeof COLUMNS)[number]["id"];

export const COLUMN_IDS: readonly ColumnId[] = COLUMNS.map(({ id }) => id);

export function titleOf(column: ColumnId): string {
  return COLUMNS.find(({ id }) => id === column)?.title ?? column;
}

/** The column of any release, e.g. "4.2.1" or "4.4.0-SNAPSHOT"; undefined: not a release, or one before the first column. */
export function columnOf(release: string): ColumnId | undefined {
  if (numbersOf(release) === undefined) return undefined;
  return COLUMN_IDS.findLast((id) => compareReleases(id, release) <= 0);
}

/** The column that a server is held against. */
export interface Expectation {
  readonly column: ColumnId;
  /** The release, where its rules are not known: they are taken to be those of the column. */
  readonly unknownRelease: string | undefined;
}

/** Never nothing: a release that is not known must keep the newest rules; one before the first column, the oldest. */
export function expectationOf(release: string): Expectation {
  const standing = standingOf(release);
  const [oldest = "3.6"] = COLUMN_IDS;
  const fallback = standing === "older" ? oldest : (COLUMN_IDS.at(-1) ?? oldest);
  return { column: columnOf(release) ?? fallback, unknownRelease: standing === "tried" ? undefined : release };
}

/** What a case expects: one text, or that of the first column and each from which it is another. */
export type Expected = string | Readonly<Partial<Record<ColumnId, string>>>;

export function expectedIn(column: ColumnId, expected: Expected): string {
  if (typeof expected === "string") return expected;
  const last = COLUMN_IDS.slice(0, COLUMN_IDS.indexOf(column) + 1).findLast((id) => expected[id] !== undefined);
  return (last === undefined ? undefined : expected[last]) ?? "";
}
