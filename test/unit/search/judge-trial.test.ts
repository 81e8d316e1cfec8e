import { describe, expect, it } from "vitest";
import { judgeTrial } from "../../../src/search/judge-trial.ts";
import { boundsText, renderTrials, renderTrialsCsv } from "../../../src/search/render.ts";
import { badRun, goodRun } from "../../support/summaries.ts";

const good = goodRun();
const withGrade = (name: string, dropped: number) => ({
  ...good,
  ledger: { ...good.ledger, dropped },
  validity: {
    ...good.validity,
    signals: [{ name, grade: "void" as const, measured: "50 %", degradedAbove: "", voidAbove: "" }],
  },
});

describe("a run as a trial", () => {
  it("passes if it kept up and missed nothing", () => {
    expect(judgeTrial(good, 100)).toMatchObject({ outcome: "passed", rate: 100, reasons: [], roundTripP50: 54_100 });
  });

  it("fails if fewer than 97 % of the rate were provisioned in time, or a threshold was missed", () => {
    expect(judgeTrial(good, 103)).toMatchObject({ outcome: "failed", reasons: ["99.8/s of 103.0/s kept up"] });
    const [threshold] = good.thresholds;
    if (threshold === undefined) throw new Error("the good run has thresholds");
    const missed = { ...good, thresholds: [{ ...threshold, passed: false }] };
    expect(judgeTrial(missed, 100)).toMatchObject({ outcome: "failed", reasons: ["missed roundTrip.p99 < 500ms"] });
  });

  it("is void if the generator was, or the run did not complete", () => {
    expect(judgeTrial(withGrade("event-loop utilisation", 0), 100).outcome).toBe("void");
    expect(judgeTrial(withGrade("achieved over planned rate", 0), 100).outcome).toBe("void");
    expect(judgeTrial(badRun(), 200).outcome).toBe("void");
  });

  it("is the target's doing if starts were dropped because too many devices waited for it", () => {
    expect(judgeTrial(withGrade("achieved over planned rate", 50), 200).outcome).toBe("failed");
  });
});

describe("the result of a search", () => {
  const trials = [judgeTrial(good, 103), judgeTrial(good, 100)];
  const bounds = { passes: 100, fails: 103, ended: "resolved" } as const;

  it("is a sentence and a table in the order of the rates", () => {
    const lines = renderTrials(trials, bounds, { color: false, width: 100 }).split("\n");
    expect(lines[0]).toBe("Capacity: 100.0/s passes, 103.0/s fails.");
    expect(lines[3]).toMatch(/100\.0\/s {2}passed/);
    expect(lines[4]).toMatch(/103\.0\/s {2}failed/);
  });

  it("says what the search did not find out", () => {
    expect(boundsText({ passes: 50, fails: null, ended: "generator-limited" })).toContain("generators are the limit");
    expect(boundsText({ passes: null, fails: 1, ended: "lowest-fails" })).toContain("below the lowest rate tried");
  });

  it("is data for a plot, in the order of the trials", () => {
    const [head, first] = renderTrialsCsv(trials).split("\n");
    expect(head).toMatch(/^rate,outcome,achievedRate,/);
    expect(first).toBe("103,failed,99.77,54100,106036,0,1,k3x9af");
  });
});
