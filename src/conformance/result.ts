import type { ConformanceCase } from "./case.ts";
import { COLUMN_IDS, type ColumnId, expectedIn } from "./columns.ts";
import type { Observation } from "./run-suite.ts";

/** What a server was seen to do, and how that compares: what is written as JSON, and read again as a baseline. */
export interface ConformanceResult {
  readonly version: 1;
  readonly rollcall: string;
  /** ISO 8601, wall clock. */
  readonly startedAt: string;
  readonly target: string;
  /** As its administrator is told; undefined: nobody could ask. */
  readonly server: string | undefined;
  /** Columns of the version matrix that fit best, equally well. */
  readonly matches: readonly ColumnId[];
  /** The column that is expected: as asked, or the first that fits best. */
  readonly expected: ColumnId;
  /** The release that the server says it is, or that was asked for, where its rules are not known. */
  readonly unknownRelease?: string | undefined;
  readonly cases: readonly CaseResult[];
}

interface CaseFacts {
  readonly id: string;
  readonly title: string;
  readonly row: string;
}

export type CaseResult = CaseFacts &
  (
    | { readonly verdict: "as-expected"; readonly came: string }
    | { readonly verdict: "differs"; readonly came: string; readonly expected: string }
    | { readonly verdict: "not-applicable"; readonly why: string }
  );

/** The columns in which the fewest cases differ. */
export function bestColumns(
  cases: readonly ConformanceCase[],
  observations: readonly Observation[],
): readonly ColumnId[] {
  const counts = COLUMN_IDS.map((id) => judgeAll(cases, observations, id).filter(differs).length);
  const least = Math.min(...counts);
  return COLUMN_IDS.filter((_, index) => counts[index] === least);
}

/** `observations`: one for each case, in its order. */
export function judgeAll(
  cases: readonly ConformanceCase[],
  observations: readonly Observation[],
  column: ColumnId,
): readonly CaseResult[] {
  return cases.map(({ id, title, row, expected }, index) => {
    const observation = observations[index];
    const facts = { id, title, row };
    if (observation === undefined) return { ...facts, verdict: "not-applicable", why: "not reached" };
    if ("notApplicable" in observation) return { ...facts, verdict: "not-applicable", why: observation.notApplicable };
    const wanted = expectedIn(column, expected);
    const { came } = observation;
    return came === wanted
      ? { ...facts, verdict: "as-expected", came }
      : { ...facts, verdict: "differs", came, expected: wanted };
  });
}

export function differs(result: CaseResult): result is CaseResult & { readonly verdict: "differs" } {
  return result.verdict === "differs";
}
