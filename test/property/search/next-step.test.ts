import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextStep } from "../../../src/search/next-step.ts";
import type { Bounds, SearchPolicy, Trial } from "../../../src/search/trial.ts";

const policy: SearchPolicy = {
  start: 20,
  lowest: 1,
  highest: 10_000,
  resolution: 0.05,
  confirmations: 2,
  generators: 1,
  mostGenerators: 4,
  mostTrials: 200,
};

/** Runs a search against a target whose outcome at a rate is given. */
function search(
  outcome: (rate: number, generators: number) => Trial["outcome"],
  given: SearchPolicy,
): { readonly bounds: Bounds; readonly trials: readonly Trial[] } {
  const trials: Trial[] = [];
  for (;;) {
    const step = nextStep(trials, given);
    if (step.kind === "found") return { bounds: step.bounds, trials };
    trials.push({
      rate: step.rate,
      outcome: outcome(step.rate, step.generators),
      generators: step.generators,
      runId: String(trials.length),
      reasons: [],
      achievedRate: null,
      roundTripP50: null,
      roundTripP99: null,
      failureRate: null,
    });
  }
}

describe("capacity search", () => {
  it("brackets any capacity within the resolution, each bound confirmed", () => {
    fc.assert(
      fc.property(fc.double({ min: 1.01, max: 9_999, noNaN: true }), (capacity) => {
        const { bounds, trials } = search((rate) => (rate <= capacity ? "passed" : "failed"), policy);
        expect(bounds.ended).toBe("resolved");
        const { passes, fails } = bounds;
        if (passes === null || fails === null) throw new Error("no bounds");
        expect(passes).toBeLessThanOrEqual(capacity);
        expect(fails).toBeGreaterThan(capacity);
        expect(fails / passes - 1).toBeLessThanOrEqual(policy.resolution);
        for (const bound of [passes, fails]) {
          expect(trials.filter((trial) => trial.rate === bound).length).toBeGreaterThanOrEqual(2);
        }
      }),
    );
  });

  it("ends within its trials however the target behaves, and never puts a pass above a failure", () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.constantFrom("passed", "failed", "void" as const)), (outcomes) => {
        const { bounds, trials } = search(() => outcomes.next().value ?? "void", policy);
        expect(trials.length).toBeLessThanOrEqual(policy.mostTrials);
        expect(bounds.passes ?? 0).toBeLessThan(bounds.fails ?? Number.POSITIVE_INFINITY);
      }),
    );
  });

  it("repeats a void trial with more generators and does not count it against the target", () => {
    const needed = (rate: number) => Math.ceil(rate / 100);
    const { bounds } = search(
      (rate, generators) => (generators < needed(rate) ? "void" : rate <= 250 ? "passed" : "failed"),
      policy,
    );
    expect(bounds.passes).toBeGreaterThan(235);
    expect(bounds.fails).toBeLessThan(265);
  });

  it("says that the generator is the limit when more generators do not help", () => {
    const { bounds } = search((rate) => (rate > 100 ? "void" : "passed"), policy);
    expect(bounds).toEqual({ passes: 80, fails: null, ended: "generator-limited" });
  });

  it("stops at the declared ends", () => {
    expect(search(() => "passed", policy).bounds).toEqual({ passes: 10_000, fails: null, ended: "highest-passes" });
    expect(search(() => "failed", policy).bounds).toEqual({ passes: null, fails: 1, ended: "lowest-fails" });
  });

  it("gives the same next step when resumed from its trials", () => {
    const { trials } = search((rate) => (rate <= 321 ? "passed" : "failed"), policy);
    trials.forEach((trial, index) => {
      const step = nextStep(JSON.parse(JSON.stringify(trials.slice(0, index))) as readonly Trial[], policy);
      expect(step).toMatchObject({ kind: "try", rate: trial.rate });
    });
  });
});
