import type { Summary } from "../model/summary.ts";
import { secondsFromUs } from "../model/units.ts";
import type { Report } from "./report.ts";
import { duplicatesText } from "./text-roll-call.ts";
import { balanceText, equationsOf } from "./text-ledger.ts";
import { CONTROL_TEXTS, marginText, quantityText, STATE_TEXTS } from "./wording.ts";

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

/** `problem` undefined: passed; `skipped`: why it could not be looked at. */
interface Case {
  readonly name: string;
  readonly problem?: string | undefined;
  readonly skipped?: string | undefined;
}

/** What a run is judged by, each as a test case: what does not decide the exit code is not here. */
export const junit: Report = {
  extension: "xml",
  description: "thresholds, roll call, ledger and validity as test cases, for CI",
  render: ({ summary }) => renderSuites(summary, [runSuite, thresholdSuite, rollCallSuite, ledgerSuite, validitySuite]),
};

function renderSuites(summary: Summary, make: readonly ((summary: Summary) => Suite)[]): string {
  const suites = make.map((suite) => suite(summary));
  const { scenario, id, startedAt, duration } = summary.run;
  const time = secondsFromUs(duration).toFixed(3);
  const counts = countsOf(suites.flatMap(({ cases }) => cases));
  const lines = suites.flatMap(({ name, cases }) => [
    `  <testsuite name=${quoted(name)} ${countsOf(cases)} timestamp=${quoted(startedAt.replace(/\.\d+Z$/, ""))}>`,
    ...cases.flatMap((test) => caseLines(test, `rollcall.${scenario}.${name}`)),
    "  </testsuite>",
  ]);
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name=${quoted(`rollcall ${scenario} ${id}`)} ${counts} time="${time}">`,
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

/** The verdict itself is a case, so that a run which did not pass has a failure here whatever the reason. */
function runSuite({ run, verdict }: Summary): Suite {
  const state = run.state === "complete" ? undefined : STATE_TEXTS[run.state];
  return {
    name: "run",
    cases: [
      { name: "complete", problem: state },
      { name: "verdict", problem: verdict.passed ? undefined : [verdict.headline, ...verdict.reasons].join("\n") },
    ],
  };
}

function thresholdSuite({ thresholds }: Summary): Suite {
  return {
    name: "thresholds",
    cases: thresholds.map((threshold) => {
      const measured = `measured ${quantityText(threshold.measured, threshold.unit)}`;
      const margin = marginText(threshold);
      const problem = margin === "" ? measured : `${measured}, ${margin}`;
      return { name: threshold.text, problem: threshold.passed ? undefined : problem };
    }),
  };
}

function rollCallSuite({ rollCall, ledger }: Summary): Suite {
  const skipped = rollCall.when === "off" ? "the roll was not called" : undefined;
  const { negativeControl, duplicates } = rollCall;
  const absent = ledger.provisioned - ledger.connected;
  const found = [
    ...rollCall.refused.map(({ reason, count }) => `${count} refused (${reason})`),
    ...rollCall.unreachable.map(({ kind, count }) => `${count} unreachable (${kind})`),
    ...(ledger.uncalled === 0 ? [] : [`${ledger.uncalled} uncalled`]),
  ].join(", ");
  const problem = absent === 0 ? undefined : `${absent} of ${ledger.provisioned} did not connect: ${found}`;
  const control = CONTROL_TEXTS[negativeControl];
  return {
    name: "roll call",
    cases: [
      { name: "every issued credential connects", problem, skipped },
      {
        name: "a wrong password is refused",
        problem: negativeControl === "admitted" ? control : undefined,
        skipped: skipped ?? (negativeControl === "refused" || negativeControl === "admitted" ? undefined : control),
      },
      {
        name: "no credential is issued twice",
        problem: duplicates.count === 0 ? undefined : duplicatesText(rollCall),
      },
    ],
  };
}

function ledgerSuite({ ledger }: Summary): Suite {
  const sums = equationsOf(ledger).map(({ total, sum, parts }): Case => {
    const right = parts.map(({ count }) => count);
    const problem = `${sum} is not ${right.join(" + ")}`;
    const holds = right.reduce((all, count) => all + count, 0) === sum;
    return {
      name: `${total} = ${parts.map(({ name }) => name).join(" + ")}`,
      problem: holds ? undefined : problem,
    };
  });
  return {
    name: "ledger",
    cases: [...sums, { name: "balanced", problem: ledger.imbalances.length === 0 ? undefined : balanceText(ledger) }],
  };
}

/** A degraded run passes: its figures are to be read with care, and the exit code is not 5 either. */
function validitySuite({ validity }: Summary): Suite {
  return {
    name: "validity",
    cases: validity.signals.map(({ name, grade, measured, voidAbove }) => ({
      name,
      problem: grade === "void" ? `${measured} (void: ${voidAbove})` : undefined,
    })),
  };
}

/** As an attribute's value; characters that XML 1.0 does not have are replaced. */
function quoted(text: string): string {
  const legal = text.replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, "\u{FFFD}");
  const escaped = legal.replaceAll(/[<>&"\t\n\r]/g, (character) => `&#${character.codePointAt(0) ?? 0};`);
  return `"${escaped}"`;
}
