import { SECTIONS } from "./checks.ts";
import type { Examination, NamedFinding } from "./examination.ts";
import type { FindingState } from "./finding.ts";

/** What was seen of a fleet, or of one of its groups. */
export interface Examined {
  /** Undefined: there are no groups. */
  readonly group: string | undefined;
  readonly seen: Examination;
}

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

type Section = Diagnosis["sections"][number];

/**
 * Every check's findings about what was seen; sections of which no question arises are left out. What is found alike of all
 * groups is said once, the rest for each.
 */
export function diagnose(
  examined: readonly Examined[],
  about: Pick<Diagnosis, "scenario" | "target" | "simulated">,
): Diagnosis {
  const judged = examined.map(({ group, seen }) => ({ group, sections: judge(seen) }));
  const [first] = examined;
  const machine = { title: "THIS MACHINE", about: "what it has to give", findings: first?.seen.machine ?? [] };
  const workers = {
    title: "WORKERS",
    about: "what each machine has for its share",
    findings: first?.seen.workers ?? [],
  };
  const sections = [
    ...(judged.length < 2 ? judged.flatMap((each) => each.sections) : together(judged)),
    machine,
    workers,
  ];
  const counts = { ok: 0, warning: 0, problem: 0, "not-checked": 0 };
  for (const { findings } of sections) for (const { state } of findings) counts[state] += 1;
  return { ...about, sections: sections.filter(({ findings }) => findings.length > 0), counts };
}

function judge(seen: Examination): readonly Section[] {
  return SECTIONS.map(({ title, about, checks }) => ({
    title,
    about,
    findings: checks.flatMap((check) => check.judge(seen).map((finding) => ({ check: check.name, ...finding }))),
  }));
}

function together(
  judged: readonly { readonly group: string | undefined; readonly sections: readonly Section[] }[],
): readonly Section[] {
  return SECTIONS.flatMap(({ title, about }, index) => {
    const lists = judged.map(({ sections }) => sections[index]?.findings ?? []);
    const isCommon = (finding: NamedFinding): boolean =>
      lists.every((list) => list.some((each) => isSame(each, finding)));
    const common = { title, about, findings: (lists[0] ?? []).filter(isCommon) };
    const own = judged.map(({ group = "" }, part) => ({
      title: `${title} OF ${group}`,
      about,
      findings: (lists[part] ?? []).filter((finding) => !isCommon(finding)),
    }));
    return [common, ...own];
  });
}

function isSame(one: NamedFinding, other: NamedFinding): boolean {
  return one.check === other.check && one.state === other.state && one.found === other.found && one.fix === other.fix;
}
