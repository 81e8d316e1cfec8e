import { findingText } from "../compare/wording.ts";
import { us } from "../model/units.ts";
import { type Case, renderSuites } from "../writing/junit-xml.ts";
import { formatCount } from "../writing/notation.ts";
import type { UpgradeReport } from "./report.ts";

/** An upgrade check for CI: a suite for each part. What the contract says of the two releases passes. */
export function renderJunit(report: UpgradeReport): string {
  const { before, after } = report;
  return renderSuites(
    [
      { name: "old-roll", cases: oldRoll(report) },
      { name: "old-names", cases: [oldNames(report)] },
      { name: "rules", cases: rules(report) },
      { name: "speed", cases: speed(report) },
    ],
    {
      name: `rollcall upgrade-check ${before.server ?? before.target} to ${after.server ?? after.target}`,
      classPrefix: "upgrade",
      startedAt: after.at,
      duration: us(0),
    },
  );
}

function oldRoll({ rollCall }: UpgradeReport): readonly Case[] {
  const { called, connected, absent, negativeControl } = rollCall;
  const gone = absent.map(({ why, count }) => `${formatCount(count)}: ${why}`).join("; ");
  const count = `${formatCount(called - connected)} of ${formatCount(called)} do not`;
  return [
    {
      name: "the devices of before connect",
      problem: called === 0 ? "nobody was there to call" : connected < called ? `${count}: ${gone}` : undefined,
    },
    {
      name: "wrong credentials are refused",
      problem: negativeControl === "admitted" ? "they were admitted" : undefined,
      skipped: negativeControl === "not-made" ? "not tried" : undefined,
    },
  ];
}

function oldNames({ reprovisioning }: UpgradeReport): Case {
  const { asked, came, expected } = reprovisioning;
  const name = "old names are answered as this release does";
  if (expected === null) return { name, skipped: "which release this is, is not known" };
  const answers = Object.entries(came).map(([status, count]) => `${formatCount(count)} ${status}`);
  const problem = (came[expected] ?? 0) < asked ? `expected: ${expected}; came: ${answers.join(", ")}` : undefined;
  return { name, problem };
}

function rules({ conformance }: UpgradeReport): readonly Case[] {
  if (conformance === null) return [{ name: "rules of the contract", skipped: "not tried" }];
  if (conformance.changes.length === 0) return [{ name: `${formatCount(conformance.compared)} rules as before` }];
  return conformance.changes.map(({ id, row, before, after, known }) => ({
    name: `${id} (${row})`,
    problem: known ? undefined : `before: ${before}; after: ${after}`,
  }));
}

function speed({ comparison, refusals }: UpgradeReport): readonly Case[] {
  if (comparison === null) return refusals.map((problem) => ({ name: "the runs can be compared", problem }));
  return comparison.metrics.map((metric) => ({
    name: metric.metric,
    problem: metric.verdict === "regression" ? findingText(metric) : undefined,
    skipped: metric.verdict === "not-enough-runs" ? findingText(metric) : undefined,
  }));
}
