import { EXIT, type ExitCode } from "../model/error.ts";
import { countInWords } from "../writing/quantities.ts";
import type { UpgradeReport, UpgradeVerdict } from "./report.ts";

type Unjudged = Omit<UpgradeReport, "verdict">;

interface Reason {
  readonly code: ExitCode;
  readonly text: string;
}

/** 4: credentials no longer connect; 3: slower, or another behaviour than this release should have; 5: the runs are no measure. The highest wins. */
export function judgeUpgrade(report: Unjudged): UpgradeVerdict {
  const reasons = [...unmeasured(report), ...absent(report), ...changed(report)].toSorted((a, b) => b.code - a.code);
  const [first] = reasons;
  return {
    passed: first === undefined,
    exitCode: first?.code ?? EXIT.pass,
    headline: first === undefined ? passedInWords(report) : `Failed: ${first.text}.`,
    reasons: reasons.map(({ text }) => text),
  };
}

function passedInWords({ rollCall, comparison, reprovisioning: { expected, expectedBefore } }: Unjudged): string {
  const present = `all ${countInWords(rollCall.connected)} devices of before are present`;
  const speed = comparison?.verdict === "not-enough-runs" ? "too few runs to tell about speed" : "no regression shown";
  const others = expected !== null && expectedBefore !== null && expected !== expectedBefore;
  const names = others ? `; an old name is answered ${expected} now, and was ${expectedBefore}` : "";
  return `Passed: ${present}, ${speed}${names}.`;
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
    say(`${countInWords(called - connected)} of ${countInWords(called)} devices of before no longer connect`);
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
      `${countInWords(asked - right)} of ${countInWords(asked)} old names were not answered ${expected} when provisioned again`,
    );
  }
  const unknown = (conformance?.changes ?? []).filter(({ known }) => !known);
  if (unknown.length > 0) {
    say(`${countInWords(unknown.length)} rules of the contract are kept otherwise than this release should`);
  }
  if (comparison?.verdict === "regression") {
    const metrics = comparison.metrics.filter(({ verdict }) => verdict === "regression").map(({ metric }) => metric);
    say(`provisioning is worse than before: ${metrics.join(", ")}`);
  }
  return reasons;
}
