import { compareExitCodes, EXIT, type ExitCode } from "../model/error.ts";
import { formatCount } from "../writing/notation.ts";
import type { UpgradeReport, UpgradeVerdict } from "./report.ts";

type Unjudged = Omit<UpgradeReport, "verdict">;

interface Reason {
  readonly code: ExitCode;
  readonly text: string;
}

/**
 * 5: the runs are no measure; 4: credentials no longer connect; 3: slower, or another behaviour than this release should
 * have; 6: too few runs to tell. In this order the first wins.
 */
export function judgeUpgrade(report: Unjudged): UpgradeVerdict {
  const reasons = [...unmeasured(report), ...absent(report), ...changed(report), ...undecided(report)].toSorted(
    (a, b) => compareExitCodes(a.code, b.code),
  );
  const [first] = reasons;
  return {
    passed: first === undefined,
    exitCode: first?.code ?? EXIT.pass,
    headline: headlineOf(report, first),
    reasons: reasons.map(({ text }) => text),
  };
}

function headlineOf(report: Unjudged, first: Reason | undefined): string {
  if (first === undefined) return `Passed: ${presentInWords(report)}, no regression shown${namesInWords(report)}.`;
  if (first.code !== EXIT.undecided) return `Failed: ${first.text}.`;
  return `Undecided: ${first.text}; ${presentInWords(report)}${namesInWords(report)}.`;
}

function presentInWords({ rollCall }: Unjudged): string {
  return `all ${formatCount(rollCall.connected)} devices of before are present`;
}

function namesInWords({ reprovisioning: { expected, expectedBefore } }: Unjudged): string {
  const others = expected !== null && expectedBefore !== null && expected !== expectedBefore;
  return others ? `; an old name is answered ${expected} now, and was ${expectedBefore}` : "";
}

function undecided({ comparison }: Unjudged): readonly Reason[] {
  if (comparison?.verdict !== "not-enough-runs") return [];
  return [{ code: EXIT.undecided, text: "too few runs to tell about speed" }];
}

function unmeasured({ refusals }: Unjudged): readonly Reason[] {
  return refusals.map((text) => ({ code: EXIT.unhealthy, text: `the runs cannot be compared: ${text}` }));
}

function absent({ rollCall }: Unjudged): readonly Reason[] {
  const { called, connected, negativeControl } = rollCall;
  const reasons: Reason[] = [];
  const say = (text: string): void => void reasons.push({ code: EXIT.rollCall, text });
  if (called === 0) say("nobody was there to call");
  if (connected < called) {
    say(`${formatCount(called - connected)} of ${formatCount(called)} devices of before no longer connect`);
  }
  if (negativeControl === "admitted") say("wrong credentials were admitted, so that the roll call proves nothing");
  return reasons;
}

function changed({ reprovisioning, conformance, comparison }: Unjudged): readonly Reason[] {
  const reasons: Reason[] = [];
  const say = (text: string): void => void reasons.push({ code: EXIT.threshold, text });
  const { asked, came, expected } = reprovisioning;
  const right = expected === null ? asked : (came[expected] ?? 0);
  if (expected !== null && right < asked) {
    say(
      `${formatCount(asked - right)} of ${formatCount(asked)} old names were not answered ${expected} when provisioned again`,
    );
  }
  const unknown = (conformance?.changes ?? []).filter(({ known }) => !known);
  if (unknown.length > 0) {
    say(`${formatCount(unknown.length)} rules of the contract are kept otherwise than this release should`);
  }
  if (comparison?.verdict === "regression") {
    const metrics = comparison.metrics.filter(({ verdict }) => verdict === "regression").map(({ metric }) => metric);
    say(`provisioning is worse than before: ${metrics.join(", ")}`);
  }
  return reasons;
}
