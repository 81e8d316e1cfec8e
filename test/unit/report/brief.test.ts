import { describe, expect, it } from "vitest";
import { renderBrief } from "../../../src/report/brief.ts";
import { badRun, goodRun, interruptedRun } from "../../support/summaries.ts";

const OPTIONS = { color: false, width: 80 };
const good = renderBrief(goodRun(), OPTIONS);

describe("what is looked at first", () => {
  it("fits forty lines of a narrow terminal when all is well", () => {
    expect(good.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
  });

  it("has verdict, ledger, latency, thresholds and where the rest is", () => {
    expect(good).toMatch(/^Passed: 4,000 of 4,000 devices provisioned/);
    expect(good).toMatch(/\+ unreported +0 +\+ failed +0 +\+ unreachable +0/);
    expect(good).toMatch(/steady +3,000 +54\.1 +84\.9 +106 +119 +99\.8 +0 %/);
    expect(good).toMatch(/passed +roundTrip\.p99 < 500ms +106 ms/);
    expect(good).toContain("rollcall report k3x9af --full");
  });

  it("says what is valid in one line", () => {
    expect(good).toContain("valid      the generators kept up: the figures describe the target");
    expect(good).not.toContain("VALIDITY");
    expect(good).toMatch(/roll call {2}all 4,000 logged in/);
  });

  it("tells in whole what is not as it should be", () => {
    const bad = renderBrief(badRun(), OPTIONS);
    for (const section of ["VALIDITY", "ROLL CALL", "ON THE SERVER", "FAILURES", "REJECTIONS", "UNKNOWN DEVICES"]) {
      expect(bad).toContain(section);
    }
    expect(bad).toContain("does NOT balance");
    expect(bad).toContain("ADMITTED");
    expect(renderBrief(interruptedRun(), OPTIONS)).toContain("The run is not complete");
  });

  it.each([
    ["a login with wrong credentials was let in", { negativeControl: "admitted" }],
    ["a credential was issued twice", { duplicates: { count: 1, groups: [["a", "b"]] } }],
    ["a held session was lost", { hold: { duration: 1_000_000, sessions: 2, stayed: 1, lost: [] } }],
    ["somebody did not log in", { connected: 3_999 }],
  ])("never calls the roll call well where %s", (_, found) => {
    const { rollCall, ...rest } = goodRun();
    const text = renderBrief({ ...rest, rollCall: { ...rollCall, ...found } as typeof rollCall }, OPTIONS);
    expect(text).toContain("ROLL CALL");
    expect(text).not.toMatch(/roll call {2}all/);
  });

  it("keeps one signal that is not valid from passing as a valid run", () => {
    const { validity, ...rest } = goodRun();
    const signals = validity.signals.map((signal, index) => (index === 0 ? { ...signal, grade: "degraded" } : signal));
    const text = renderBrief({ ...rest, validity: { ...validity, signals } as typeof validity }, OPTIONS);
    expect(text).toContain("VALIDITY");
    expect(text).not.toContain("the generators kept up: ");
  });

  it("shows of many phases those that did worst, and counts the others", () => {
    const { phases, ...rest } = goodRun();
    const [phase] = phases.filter(({ warmup }) => !warmup);
    if (phase === undefined) throw new Error("no phase");
    const many = Array.from({ length: 30 }, (_, index) => ({
      ...phase,
      name: `phase-${index}`,
      figures: { ...phase.figures, failureRate: index === 20 ? 0.5 : 0 },
    }));
    const text = renderBrief({ ...rest, phases: many }, OPTIONS);
    expect(text).toContain("phase-20");
    expect(text).toContain("22 more phases did better than these.");
  });
});
