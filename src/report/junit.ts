import type { Summary } from "../model/summary.ts";
import { type Case, renderSuites, type Suite } from "../writing/junit-xml.ts";
import type { Report } from "./report.ts";
import { duplicatesText } from "./sections/roll-call.ts";
import { balanceText, equationsOf } from "./sections/ledger.ts";
import { CONTROL_TEXTS, marginText, quantityText, stateText } from "./wording.ts";
import { formatCount } from "../writing/notation.ts";

/** What a run is judged by, each as a test case: what does not decide the exit code is not here. */
export const junit: Report = {
  extension: "xml",
  description: "thresholds, roll call, ledger and validity as test cases, for CI",
  render: ({ summary }) => {
    const { scenario, id, startedAt, duration } = summary.run;
    const suites = [runSuite, thresholdSuite, rollCallSuite, ledgerSuite, validitySuite];
    return renderSuites(
      suites.map((suite) => suite(summary)),
      { name: `rollcall ${scenario} ${id}`, classPrefix: `rollcall.${scenario}`, startedAt, duration },
    );
  },
};

/** The verdict itself is a case, so that a run which did not pass has a failure here whatever the reason. */
function runSuite({ run, verdict }: Summary): Suite {
  const state = run.state === "complete" ? undefined : stateText(run);
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
    ...(rollCall.mute ?? []).map(({ kind, count }) => `${formatCount(count)} mute (${kind})`),
    ...rollCall.refused.map(({ reason, count }) => `${formatCount(count)} refused (${reason})`),
    ...rollCall.unreachable.map(({ kind, count }) => `${formatCount(count)} unreachable (${kind})`),
    ...(ledger.uncalled === 0 ? [] : [`${ledger.uncalled} uncalled`]),
  ].join(", ");
  const problem =
    absent === 0 ? undefined : `${formatCount(absent)} of ${formatCount(ledger.provisioned)} did not connect: ${found}`;
  const control = CONTROL_TEXTS[negativeControl];
  return {
    name: "roll call",
    cases: [
      {
        name:
          rollCall.proof === undefined
            ? "every issued credential connects"
            : `every device proves it: ${rollCall.proof}`,
        problem,
        skipped,
      },
      {
        name: "wrong credentials are refused",
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
    const problem = `${formatCount(sum)} is not ${right.map(formatCount).join(" + ")}`;
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
