import type { Diagnosis } from "./diagnosis.ts";
import { jsonText } from "../writing/json-text.ts";

/** For programs: the findings in one list, each with its section. */
export function renderJson({ scenario, target, simulated, sections, counts }: Diagnosis): string {
  const findings = sections.flatMap(({ title, findings: own }) =>
    own.map(({ check, state, found, fix }) => ({ section: title, check, state, found, fix: fix ?? null })),
  );
  return `${jsonText({ version: 1, scenario, target, simulated, counts, findings }, 2)}\n`;
}
