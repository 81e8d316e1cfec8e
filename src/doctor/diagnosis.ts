import { SECTIONS } from "./checks.ts";
import type { Examination, NamedFinding } from "./examination.ts";
import type { FindingState } from "./finding.ts";

export interface Diagnosis {
  readonly scenario: string;
  readonly target: string;
  readonly simulated: boolean;
  readonly sections: readonly {
    readonly title: string;
    readonly about: string;
    readonly findings: readonly NamedFinding[];
  }[];
  readonly counts: Readonly<Record<FindingState, number>>;
}

/** Every check's findings about what was seen; sections of which no question arises are left out. */
export function diagnose(seen: Examination, about: Pick<Diagnosis, "scenario" | "target" | "simulated">): Diagnosis {
  const judged = SECTIONS.map(({ title, about: what, checks }) => ({
    title,
    about: what,
    findings: checks.flatMap((check) => check.judge(seen).map((finding) => ({ check: check.name, ...finding }))),
  }));
  const machine = { title: "THIS MACHINE", about: "what it has to give", findings: seen.machine };
  const workers = { title: "WORKERS", about: "what each machine has for its share", findings: seen.workers };
  const sections = [...judged, machine, workers].filter(({ findings }) => findings.length > 0);
  const counts = { ok: 0, warning: 0, problem: 0, "not-checked": 0 };
  for (const { findings } of sections) for (const { state } of findings) counts[state] += 1;
  return { ...about, sections, counts };
}
