import { describe, expect, it } from "vitest";
import { refusals } from "../../../src/compare/refusals.ts";
import { describePlan } from "../../../src/scenario/describe.ts";
import { load, MINIMAL, mistakes } from "../../support/scenario-text.ts";
import { goodRun } from "../../support/summaries.ts";

describe("fleet.retry", () => {
  it("is off by default, and then neither in the plan nor in its hash", () => {
    const { plan } = load(MINIMAL);
    expect("retry" in plan.fleet).toBe(false);
    expect(load(MINIMAL, ["fleet.retry={attempts: 2}"]).plan.hash).not.toBe(plan.hash);
  });

  it("has its defaults: a second that doubles up to two minutes, no lot, the same name", () => {
    expect(load(MINIMAL, ["fleet.retry={attempts: 3}"]).plan.fleet.retry).toEqual({
      attempts: 3,
      backoff: { initial: 1_000_000, factor: 2, max: 120_000_000 },
      jitter: 0,
      sameName: true,
    });
  });

  it("takes the backoff as a duration or in its parts, and says all of it with its units", () => {
    const backoffOf = (text: string) => load(MINIMAL, [`fleet.retry={attempts: 2, backoff: ${text}}`]).plan.fleet.retry;
    expect(backoffOf("500ms")?.backoff).toEqual({ initial: 500_000, factor: 2, max: 120_000_000 });
    expect(backoffOf("5m")?.backoff).toEqual({ initial: 300_000_000, factor: 2, max: 300_000_000 });
    expect(backoffOf("{ factor: 1.5, max: 10s }")?.backoff).toEqual({
      initial: 1_000_000,
      factor: 1.5,
      max: 10_000_000,
    });
    const { plan } = load(MINIMAL, ["fleet.retry={attempts: 2, jitter: 50%}"]);
    expect(describePlan(plan)).toContain(
      "    attempts: 2\n    backoff:\n      initial: 1s\n      factor: 2\n      max: 120s\n    jitter: 0.5\n    sameName: true\n",
    );
  });

  it.each<[string, string]>([
    ["{}", "fleet.retry.attempts"],
    ["3", "fleet.retry is 3: write { attempts: 3, backoff: 1s }"],
    ["{attempts: 1}", "a whole number from 2 to 10"],
    ["{attempts: 11}", "a whole number from 2 to 10"],
    ["{attempts: 2, backoff: 0}", "write a duration, 1s, or a mapping with initial, factor and max"],
    ["{attempts: 2, backoff: {factor: 0.5}}", "a number from 1 to 10"],
    ["{attempts: 2, backoff: {initial: 5s, max: 1s}}", "it is less than initial: write at least 5s"],
    ["{attempts: 2, jitter: 2}", "2 may be 2 % or 200 %"],
    ["{attempts: 2, wait: 1s}", "fleet.retry.wait"],
  ])("%s is a mistake that says what to write", (retry, said) => {
    expect(mistakes(MINIMAL, [`fleet.retry=${retry}`]).join("\n")).toContain(said);
  });

  it.each<[string, string, string]>([
    ["names that are given", "fleet.names=[a,b,c,d,e,f,g,h,i,j]", "only names from a pattern"],
    ["names that the server makes", "fleet.names=server", "only names from a pattern"],
    ["devices that exist", "provisioning.strategy=pre-provisioned", "a device has one name"],
    ["a long name", `fleet.name=${"n".repeat(249)}{seq}`, "a name would have 256 characters"],
  ])("a name of its own each time does not go with %s", (_, override, said) => {
    const lines = mistakes(MINIMAL, ["fleet.retry={attempts: 10, sameName: false}", override]);
    expect(lines.join("\n")).toContain(said);
  });

  it("a name of its own each time counts each name against maxDevices", () => {
    const lines = mistakes(MINIMAL, ["fleet.retry={attempts: 3, sameName: false}", "maxDevices=29"]);
    expect(lines.join("\n")).toContain("the load makes 30 devices, each under up to 3 names");
  });

  it("is what its thresholds need", () => {
    const threshold = "thresholds=[retry.ghostsMet == 0, untilCredentials.p95 < 30s]";
    expect(mistakes(MINIMAL, [threshold]).join("\n")).toContain("retry.ghostsMet needs a fleet.retry");
    expect(load(MINIMAL, [threshold, "fleet.retry={attempts: 2}"]).plan.thresholds).toHaveLength(2);
  });

  it("unlike in two runs makes them no match, and the field is named", () => {
    const runOf = (retry: readonly string[]) => {
      const { plan } = load(MINIMAL, retry);
      const summary = goodRun();
      return {
        plan: JSON.parse(JSON.stringify(plan)) as unknown,
        summary: { ...summary, run: { ...summary.run, planHash: plan.hash } },
      };
    };
    const one = [runOf(["fleet.retry={attempts: 2}"])];
    expect(refusals(one, one, { force: false })).toEqual([]);
    expect(refusals(one, [runOf(["fleet.retry={attempts: 3}"])], { force: false }).join()).toContain("fleet.retry");
    expect(refusals(one, [runOf([])], { force: false }).join()).toContain("fleet.retry");
  });
});
