import type { Us } from "../model/units.ts";
import { type Case, renderSuites, type Suite } from "../writing/junit-xml.ts";
import type { Change } from "./baseline.ts";
import { titleOf } from "./columns.ts";
import type { CaseResult, ConformanceResult } from "./result.ts";

/**
 * For CI: a suite for each kind of case. Against a baseline a case fails that changed since, and no other: `changes`
 * undefined means that there is none.
 */
export function renderJunit(result: ConformanceResult, changes: readonly Change[] | undefined, duration: Us): string {
  const changed = changes === undefined ? undefined : new Map(changes.map((change) => [change.id, change]));
  const suites = new Map<string, Case[]>();
  for (const each of result.cases) {
    const name = each.id.replace(/\..*/, "");
    suites.set(name, [...(suites.get(name) ?? []), caseOf(each, changed)]);
  }
  const known = new Set(result.cases.map(({ id }) => id));
  const gone = (changes ?? []).filter(({ id }) => !known.has(id));
  if (gone.length > 0)
    suites.set(
      "gone",
      gone.map((change) => ({ name: change.id, problem: changeText(change) })),
    );
  return renderSuites(
    [...suites].map(([name, cases]): Suite => ({ name, cases })),
    {
      name: `rollcall conformance ${result.target}, ${titleOf(result.expected)}`,
      classPrefix: "conformance",
      startedAt: result.startedAt,
      duration,
    },
  );
}

function caseOf(result: CaseResult, changed: ReadonlyMap<string, Change> | undefined): Case {
  const name = `${result.id} (${result.row})`;
  const change = changed?.get(result.id);
  if (change !== undefined) return { name, problem: changeText(change) };
  if (result.verdict === "not-applicable") return { name, skipped: result.why };
  if (changed !== undefined || result.verdict === "as-expected") return { name };
  return { name, problem: `expected: ${result.expected}; came: ${result.came}` };
}

function changeText({ before, after }: Change): string {
  return `before: ${before}; after: ${after}`;
}
