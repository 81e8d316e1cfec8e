import { RollcallError } from "../model/error.ts";
import type { CaseResult, ConformanceResult } from "./result.ts";

/** A case that does not show what it showed before. */
export interface Change {
  readonly id: string;
  readonly title: string;
  readonly row: string;
  readonly before: string;
  readonly after: string;
}

/** Reads what `conformance --format json` wrote. Throws RollcallError "conformance-baseline". */
export function readBaseline(text: string, file: string): ConformanceResult {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    read = undefined;
  }
  const { version, cases } = (typeof read === "object" && read !== null ? read : {}) as {
    readonly version?: unknown;
    readonly cases?: unknown;
  };
  if (version === 1 && Array.isArray(cases) && cases.every(isCaseResult)) return read as ConformanceResult;
  throw new RollcallError(
    "conformance-baseline",
    `${file} is not a result of rollcall conformance.`,
    "Make one with: rollcall conformance <target> --format json > before.json",
  );
}

function isCaseResult(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { id, title, row, verdict, came, why } = value as Readonly<Record<string, unknown>>;
  const shown = verdict === "not-applicable" ? why : came;
  return [id, title, row, verdict, shown].every((part) => typeof part === "string");
}

/**
 * What is not as it was. A case that could be looked at before and cannot any more is a change: nobody knows. One that
 * could not be looked at before says nothing.
 */
export function changesSince(before: readonly CaseResult[], after: readonly CaseResult[]): readonly Change[] {
  const now = new Map(after.map((result) => [result.id, result]));
  return before.flatMap((old) => {
    if (old.verdict === "not-applicable") return [];
    const result = now.get(old.id);
    const shown = result === undefined ? "not applicable: there is no such case any more" : shownBy(result);
    if (shown === old.came) return [];
    return [{ id: old.id, title: old.title, row: old.row, before: old.came, after: shown }];
  });
}

function shownBy(result: CaseResult): string {
  return result.verdict === "not-applicable" ? `not applicable: ${result.why}` : result.came;
}
