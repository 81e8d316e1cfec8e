import type { Change } from "../conformance/baseline.ts";
import { CASES } from "../conformance/catalogue.ts";
import { type ColumnId, expectedIn } from "../conformance/columns.ts";

/** Marks the changes that the contract says of a server that goes from one column to another. */
export function markKnown(
  changes: readonly Change[],
  before: ColumnId,
  after: ColumnId,
): readonly (Change & { readonly known: boolean })[] {
  const cases = new Map(CASES.map((one) => [one.id, one]));
  return changes.map((change) => {
    const expected = cases.get(change.id)?.expected;
    const known =
      expected !== undefined &&
      change.before === expectedIn(before, expected) &&
      change.after === expectedIn(after, expected);
    return { ...change, known };
  });
}
