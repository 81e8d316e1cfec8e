import { secondsFromUs, type Us } from "../model/units.ts";

export interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

/** `problem` undefined: passed; `skipped`: why it could not be looked at. */
export interface Case {
  readonly name: string;
  readonly problem?: string | undefined;
  readonly skipped?: string | undefined;
}

/** JUnit's XML, which CI systems show as test results. */
export function renderSuites(
  suites: readonly Suite[],
  of: { readonly name: string; readonly classPrefix: string; readonly startedAt: string; readonly duration: Us },
): string {
  const time = secondsFromUs(of.duration).toFixed(3);
  const counts = countsOf(suites.flatMap(({ cases }) => cases));
  const lines = suites.flatMap(({ name, cases }) => [
    `  <testsuite name=${quoted(name)} ${countsOf(cases)} timestamp=${quoted(of.startedAt.replace(/\.\d+Z$/, ""))}>`,
    ...cases.flatMap((test) => caseLines(test, `${of.classPrefix}.${name}`)),
    "  </testsuite>",
  ]);
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name=${quoted(of.name)} ${counts} time="${time}">`,
    ...lines,
    "</testsuites>",
  ].join("\n")}\n`;
}

function caseLines({ name, problem, skipped }: Case, className: string): readonly string[] {
  const open = `    <testcase classname=${quoted(className)} name=${quoted(name)}`;
  if (skipped !== undefined) return [`${open}>`, `      <skipped message=${quoted(skipped)}/>`, "    </testcase>"];
  if (problem === undefined) return [`${open}/>`];
  return [`${open}>`, `      <failure message=${quoted(problem)}/>`, "    </testcase>"];
}

function countsOf(cases: readonly Case[]): string {
  const failures = cases.filter(({ problem, skipped }) => problem !== undefined && skipped === undefined).length;
  const skipped = cases.filter((test) => test.skipped !== undefined).length;
  return `tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
}

/** As an attribute's value; characters that XML 1.0 does not have are replaced. */
function quoted(text: string): string {
  const legal = text.replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "\u{FFFD}");
  const escaped = legal.replaceAll(/[<>&"\t\n\r]/g, (character) => `&#${character.codePointAt(0) ?? 0};`);
  return `"${escaped}"`;
}
