import { describe, expect, it } from "vitest";
import type { Comparison } from "../../../src/compare/comparison.ts";
import type { ColumnId } from "../../../src/conformance/columns.ts";
import type { Strategy } from "../../../src/model/plan.ts";
import { EXIT } from "../../../src/model/error.ts";
import { judgeUpgrade } from "../../../src/upgrade/judge.ts";
import { markKnown } from "../../../src/upgrade/known-changes.ts";
import type { UpgradeReport } from "../../../src/upgrade/report.ts";
import { renderJunit } from "../../../src/upgrade/junit.ts";
import { renderMarkdown } from "../../../src/upgrade/markdown.ts";
import { statusOfOldName } from "../../../src/upgrade/old-names.ts";
import { renderUpgrade } from "../../../src/upgrade/text.ts";

const side = { runs: [], machine: "", node: "", generators: 1 };
const comparison = {
  version: 1,
  base: side,
  candidate: side,
  policy: { level: 0.05, minimumEffect: 0.05, floor: null },
  metrics: [],
  warnings: [],
  verdict: "no-change",
} as unknown as Comparison;

const then = (server: string) => ({
  at: "2026-01-02T03:04:05.000Z",
  target: "mqtt://tb:1883",
  server,
  behavesLike: [],
});

const good: Omit<UpgradeReport, "verdict"> = {
  version: 1,
  rollcall: "0.1.0",
  before: then("CE 4.2.1"),
  after: then("CE 4.2.1.1"),
  rollCall: { called: 400, connected: 400, absent: [], absentNames: [], negativeControl: "refused" },
  reprovisioning: { asked: 50, came: { FAILURE: 50 }, expected: "FAILURE", expectedBefore: "FAILURE" },
  conformance: { compared: 240, changes: [] },
  comparison,
  refusals: [],
};
const change = { id: "pre.again@3.1.1", title: "again", row: "3", before: "SUCCESS ACCESS_TOKEN", after: "FAILURE" };

describe("judgeUpgrade", () => {
  it("passes what still connects, behaves as its release should, and is not slower", () => {
    const known = { ...good, conformance: { compared: 240, changes: [{ ...change, known: true }] } };
    expect(judgeUpgrade(known)).toEqual({
      passed: true,
      exitCode: EXIT.pass,
      headline: "Passed: all 400 devices of before are present, no regression shown.",
      reasons: [],
    });
  });

  it("says so where the new release answers old names otherwise, and judges nothing where no release is known", () => {
    const { reprovisioning } = good;
    const changed = judgeUpgrade({ ...good, reprovisioning: { ...reprovisioning, expectedBefore: "SUCCESS" } });
    expect(changed.headline).toContain("an old name is answered FAILURE now, and was SUCCESS.");
    const unknown = judgeUpgrade({ ...good, reprovisioning: { ...reprovisioning, expected: null } });
    expect(unknown).toMatchObject({ passed: true, reasons: [] });
  });

  it.each<readonly [string, Partial<typeof good>, number, string]>([
    [
      "absent devices",
      { rollCall: { ...good.rollCall, connected: 397 } },
      EXIT.rollCall,
      "3 of 400 devices of before no",
    ],
    ["nobody to call", { rollCall: { ...good.rollCall, called: 0, connected: 0 } }, EXIT.rollCall, "nobody was there"],
    [
      "a control let in",
      { rollCall: { ...good.rollCall, negativeControl: "admitted" } },
      EXIT.rollCall,
      "proves nothing",
    ],
    [
      "old names that are created again",
      { reprovisioning: { ...good.reprovisioning, came: { SUCCESS: 2, FAILURE: 48 } } },
      EXIT.threshold,
      "2 of 50 old names",
    ],
    [
      "a rule that changed and should not have",
      { conformance: { compared: 240, changes: [{ ...change, known: false }] } },
      EXIT.threshold,
      "1 rules of the contract",
    ],
    ["a regression", { comparison: { ...comparison, verdict: "regression" } }, EXIT.threshold, "worse than before"],
    ["runs that cannot be compared", { refusals: ["a1 is void"], comparison: null }, EXIT.unhealthy, "a1 is void"],
  ])("fails for %s", (_, wrong, exitCode, reason) => {
    const verdict = judgeUpgrade({ ...good, ...wrong });
    expect(verdict).toMatchObject({ passed: false, exitCode });
    expect(verdict.headline).toContain(reason);
  });

  it("is undecided where too few runs cannot tell about speed, which what is wrong outweighs", () => {
    const few = { ...good, comparison: { ...comparison, verdict: "not-enough-runs" as const } };
    expect(judgeUpgrade(few)).toEqual({
      passed: false,
      exitCode: EXIT.undecided,
      headline: "Undecided: too few runs to tell about speed; all 400 devices of before are present.",
      reasons: ["too few runs to tell about speed"],
    });
    const changed = { ...few, conformance: { compared: 240, changes: [{ ...change, known: false }] } };
    expect(judgeUpgrade(changed).exitCode).toBe(EXIT.threshold);
    const absent = judgeUpgrade({ ...changed, rollCall: { ...good.rollCall, connected: 399 } });
    expect(absent.exitCode).toBe(EXIT.rollCall);
    expect(absent.reasons.at(-1)).toBe("too few runs to tell about speed");
    expect(judgeUpgrade({ ...few, comparison: null, refusals: ["a1 is void"] }).exitCode).toBe(EXIT.unhealthy);
  });

  it("puts the worst first, and ends with its code", () => {
    const verdict = judgeUpgrade({
      ...good,
      rollCall: { ...good.rollCall, connected: 0 },
      comparison: { ...comparison, verdict: "regression" },
    });
    expect(verdict.exitCode).toBe(EXIT.rollCall);
    expect(verdict.reasons).toHaveLength(2);
    expect(verdict.headline).toContain("400 of 400 devices of before no longer connect");
  });
});

describe("statusOfOldName", () => {
  it.each<readonly [Strategy, readonly ColumnId[], string | null]>([
    ["allow-create", [], "FAILURE"],
    ["x509-chain", ["3.9"], "SUCCESS"],
    ["pre-provisioned", ["3.6"], "SUCCESS"],
    ["pre-provisioned", ["3.9"], "SUCCESS"],
    ["pre-provisioned", ["4.2.1.1"], "FAILURE"],
    ["pre-provisioned", ["4.2.1.1", "4.3"], "FAILURE"],
    ["pre-provisioned", ["3.9", "4.2.1.1"], null],
    ["pre-provisioned", [], null],
    ["disabled", ["4.3"], null],
  ])("%s on one of %j: %s", (strategy, columns, status) => {
    expect(statusOfOldName(strategy, columns)).toBe(status);
  });
});

describe("markKnown", () => {
  it("knows a change that the contract has between the two columns, in that direction only", () => {
    const back = { ...change, before: change.after, after: change.before };
    expect(markKnown([change, back], "3.9", "4.2.1.1").map(({ known }) => known)).toEqual([true, false]);
    expect(markKnown([change], "3.9", "3.9").map(({ known }) => known)).toEqual([false]);
    expect(markKnown([{ ...change, id: "no.such.case" }], "3.9", "4.2.1.1").map(({ known }) => known)).toEqual([false]);
  });
});

describe("the text", () => {
  it("has the verdict first, and every part", () => {
    const report = {
      ...good,
      rollCall: {
        ...good.rollCall,
        connected: 399,
        absent: [{ why: "not authorised", count: 1 }],
        absentNames: ["d7"],
      },
      conformance: { compared: 240, changes: [{ ...change, known: true }] },
    };
    const text = renderUpgrade({ ...report, verdict: judgeUpgrade(report) }, { color: false, width: 80 });
    expect(text.split("\n")[0]).toBe("Failed: 1 of 400 devices of before no longer connect.");
    for (const part of ["OLD ROLL", "not authorised", "d7", "OLD NAMES", "50 FAILURE", "RULES", "known", "SPEED"]) {
      expect(text).toContain(part);
    }
    expect(text.split("\n").every((line) => line.length <= 80)).toBe(true);
  });

  it("says of a release that nobody knows that its rules are not known", () => {
    const after = { ...then("CE 5.0"), unknownRelease: "5.0" };
    const text = renderUpgrade({ ...good, after, verdict: judgeUpgrade(good) }, { color: false, width: 200 });
    expect(text).toContain("ThingsBoard CE 5.0 at mqtt://tb:1883, a release whose rules rollcall does not know; 2026");
  });

  it("says what was not tried", () => {
    const report = { ...good, conformance: null, comparison: null, refusals: ["a1 is void"] };
    const text = renderUpgrade({ ...report, verdict: judgeUpgrade(report) }, { color: false, width: 80 });
    expect(text).toContain("Not tried: the scenario is not over MQTT, and --mqtt was not");
    expect(text).toContain("a1 is void");
  });
});

describe("markdown and JUnit", () => {
  const wrong = {
    ...good,
    rollCall: { ...good.rollCall, connected: 399, absent: [{ why: "not authorised | 5", count: 1 }] },
    reprovisioning: { ...good.reprovisioning, came: { SUCCESS: 1, FAILURE: 49 }, expectedBefore: "SUCCESS" as const },
    conformance: {
      compared: 240,
      changes: [
        { ...change, known: true },
        { ...change, id: "login.token@5", title: "login", known: false },
      ],
    },
  };
  const report = { ...wrong, verdict: judgeUpgrade(wrong) };

  it("markdown has the verdict first, each part in a row, and what changed", () => {
    const lines = renderMarkdown(report).split("\n");
    expect(lines[0]).toBe("**Failed: 1 of 400 devices of before no longer connect.**");
    expect(lines).toContain("| old roll | 399 of 400 connected |");
    expect(lines).toContain("|  | absent: 1, not authorised \\| 5 |");
    expect(lines).toContain(
      "| old names | 1 SUCCESS, 49 FAILURE; expected: FAILURE, where the release of before answered SUCCESS |",
    );
    expect(lines).toContain("| again | SUCCESS ACCESS_TOKEN | FAILURE | known |");
    expect(lines).toContain("| login | SUCCESS ACCESS_TOKEN | FAILURE | **not known** |");
  });

  it("JUnit has a suite for each part; a known change passes", () => {
    const xml = renderJunit(report);
    expect(xml).toContain('tests="5" failures="3"');
    expect(xml).toContain("1 of 400 do not: 1: not authorised | 5");
    expect(xml).toContain("expected: FAILURE; came: 1 SUCCESS, 49 FAILURE");
    expect(xml).toContain('name="pre.again@3.1.1 (3)"/>');
    expect(renderJunit({ ...report, comparison: null, refusals: ["a1 is void"] })).toContain("a1 is void");
    expect(renderJunit({ ...report, conformance: null })).toContain('<skipped message="not tried"/>');
  });
});
