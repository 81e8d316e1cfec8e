import { type FileKind, readKept } from "../record/kept-file.ts";
import { conformanceSchema } from "./result-schema.ts";
import type { CaseResult, ConformanceResult } from "./result.ts";

/** A case that does not show what it showed before. */
export interface Change {
  readonly id: string;
  readonly title: string;
  readonly row: string;
  readonly before: string;
  readonly after: string;
}

const RESULT: FileKind<ConformanceResult> = {
  what: "a result of rollcall conformance",
  version: 1,
  schema: conformanceSchema,
  hint: "Make one with: rollcall conformance <target> --format json > before.json",
};

/** Reads what `conformance --format json` wrote; undefined: there is no such file. Throws RollcallError "damaged-file" or "file-version". */
export function readBaseline(path: string): Promise<ConformanceResult | undefined> {
  return readKept(path, RESULT);
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
