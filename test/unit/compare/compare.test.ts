import { describe, expect, it } from "vitest";
import { compareRuns, DEFAULT_POLICY, runsNeeded } from "../../../src/compare/compare.ts";
import { renderJunit } from "../../../src/compare/junit.ts";
import { renderMarkdown } from "../../../src/compare/markdown.ts";
import { refusals } from "../../../src/compare/refusals.ts";
import { renderText } from "../../../src/compare/text.ts";
import { displayWidth } from "../../../src/model/text-width.ts";
import { badRun, goodRun } from "../../support/summaries.ts";
import { randomRuns } from "../../support/random-summaries.ts";

const COMPARISONS = 200;
const RUNS = 10;
const STARTED_AT = "2026-11-25T03:15:00.000Z";

const verdicts = (slower: number, minimumEffect: number) =>
  Array.from({ length: COMPARISONS }, (_, index) => {
    const [base, candidate] = [randomRuns(2 * index + 1, RUNS), randomRuns(2 * index + 2, RUNS, slower)];
    return compareRuns(base, candidate, { ...DEFAULT_POLICY, minimumEffect }).verdict;
  });

describe("a comparison of simulated runs, 10 a side", () => {
  it("A/A: raises at most as many false alarms as its level allows, even without a minimum effect", () => {
    const alarms = verdicts(1, 1e-9).filter((verdict) => verdict !== "no-change");
    expect(alarms.length).toBeLessThanOrEqual(DEFAULT_POLICY.level * COMPARISONS);
  });

  it("A/B: finds a server that is 10 % slower in at least 95 of 100 comparisons, where runs vary by 3.6 %", () => {
    const found = verdicts(1.1, DEFAULT_POLICY.minimumEffect).filter((verdict) => verdict === "regression");
    expect(found.length / COMPARISONS).toBeGreaterThanOrEqual(0.95);
  });

  it("calls a faster server an improvement, and what is below the minimum effect nothing", () => {
    expect(compareRuns(randomRuns(1, RUNS), randomRuns(2, RUNS, 0.8), DEFAULT_POLICY).verdict).toBe("improvement");
    const policy = { ...DEFAULT_POLICY, minimumEffect: 0.3 };
    expect(compareRuns(randomRuns(1, RUNS), randomRuns(2, RUNS, 1.1), policy).verdict).toBe("no-change");
  });

  it("says how many runs it needs when there are too few, and is content with as many", () => {
    const few = compareRuns(randomRuns(1, 4), randomRuns(2, 4, 2), DEFAULT_POLICY);
    expect(few.verdict).toBe("not-enough-runs");
    const needed = runsNeeded(DEFAULT_POLICY, few.metrics.length);
    expect(few.metrics[0]?.runsNeeded).toBe(needed);
    expect(compareRuns(randomRuns(1, needed), randomRuns(2, needed, 2), DEFAULT_POLICY).verdict).toBe("regression");
  });
});

describe("refusals", () => {
  const of = (summary = goodRun(), plan: unknown = { maxInFlight: 10 }) => ({ summary, plan });

  it("names void and incomplete runs, force or not", () => {
    const reasons = refusals([of(badRun())], [of()], { force: true }).join("\n");
    expect(reasons).toContain("q7m2zz is void");
    expect(reasons).toContain("q7m2zz is crashed");
  });

  it("names the fields in which plans differ, unless forced", () => {
    const other = { ...goodRun(), run: { ...goodRun().run, planHash: "other" } };
    const sides = [[of()], [of(other, { maxInFlight: 20 })]] as const;
    expect(refusals(...sides, { force: false })).toEqual([expect.stringContaining("maxInFlight")]);
    expect(refusals(...sides, { force: true })).toEqual([]);
  });
});

describe("renderings of a regression", () => {
  const comparison = compareRuns(randomRuns(1, RUNS), randomRuns(2, RUNS, 1.2), DEFAULT_POLICY);

  it.each([80, 110])("text: the verdict first, within %i columns", (width) => {
    const text = renderText(comparison, { color: false, width });
    expect(text).toMatch(/^Regression: round trip p50 \+/);
    for (const line of text.split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });

  it("markdown: a row for each metric", () => {
    const rows = renderMarkdown(comparison)
      .split("\n")
      .filter((line) => line.startsWith("| round trip"));
    expect(rows).toHaveLength(comparison.metrics.length - 1);
    expect(rows[0]).toContain("regression: +");
  });

  it("JUnit: each regression is a failure, too few runs skip", () => {
    const failing = comparison.metrics.filter((metric) => metric.verdict === "regression").length;
    expect(renderJunit(comparison, STARTED_AT)).toContain(`failures="${failing}" errors="0" skipped="0"`);
    const few = compareRuns(randomRuns(1, 4), randomRuns(2, 4), DEFAULT_POLICY);
    expect(renderJunit(few, STARTED_AT)).toContain(`failures="0" errors="0" skipped="${few.metrics.length}"`);
  });
});
