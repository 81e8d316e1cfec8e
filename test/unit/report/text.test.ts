import { describe, expect, it } from "vitest";
import { us } from "../../../src/model/units.ts";
import { renderText } from "../../../src/report/text.ts";
import { badRun, byState, goodRun, interruptedRun, latencies } from "../../support/summaries.ts";

const render = (summary: ReturnType<typeof goodRun>): string => renderText(summary, { color: false, width: 100 });

describe("the text report", () => {
  it("begins with the verdict", () => {
    expect(render(goodRun()).split("\n")[0]).toBe(
      "Passed: 4,000 of 4,000 devices provisioned, and every one of them logged in.",
    );
  });

  it("gives a reason once, though the headline and the list have it", () => {
    expect(render(badRun()).split("generator 1 died")).toHaveLength(2);
  });

  it("says how many samples a percentile needs instead of printing it", () => {
    expect(render(goodRun())).toMatch(/round trip +3,000 +54\.1 +80\.1 +84\.9 +106 +n<3688 +119/);
    expect(render(badRun())).toMatch(/time to usable +41 +8,110 +12,003 +n<72 +n<368 +n<3688/);
  });

  it("prints a dash, not a zero, for what does not exist", () => {
    expect(render(interruptedRun())).toMatch(/round trip +0( +-){6}\n/);
  });

  it("shows time-outs beside the successes, which look better without them", () => {
    expect(render(badRun())).toMatch(/round trip +3,243 .*\n {4}with time-outs +3,974 +8,078/);
    expect(render(goodRun())).not.toContain("with time-outs");
  });

  it("says how much of a round trip may be the generator's own, where that was recorded", () => {
    const good = goodRun();
    const { success } = good.measured.latencies.roundTrip;
    const quantiles = success.quantiles.map((each) =>
      each.value === null ? each : { ...each, atLeast: us(each.value - 1_500) },
    );
    const { latencies: before } = good.measured;
    const roundTrip = { ...before.roundTrip, success: { ...success, quantiles } };
    const watched = { ...good, measured: { ...good.measured, latencies: { ...before, roundTrip } } };
    expect(render(watched)).toMatch(
      /round trip +3,000 .*\n +generator's share, at most +1\.50 +1\.50 +1\.50 +1\.50 *\n/,
    );
    expect(render(good)).not.toContain("ours");
  });

  it("leaves response time out under closed load, and says why when phases are compared", () => {
    const good = goodRun();
    const [burst] = good.phases;
    const closed = { ...good, phases: burst === undefined ? [] : [{ ...burst, warmup: false }] };
    expect(render(closed)).not.toContain("response time");
    expect(render(good)).toMatch(/response time p99, ms +not defined +111/);
  });

  it("names the first unknown devices and counts the rest", () => {
    expect(render(badRun())).toContain("695 devices may exist on the server though no client was told");
    expect(render(badRun())).toContain("and 690 more");
    expect(render(goodRun())).not.toContain("UNKNOWN DEVICES");
  });

  it("says in words what the negative control found", () => {
    expect(render(goodRun())).toContain("A login with wrong credentials was refused, as it must be.");
    expect(render(badRun())).toContain("ADMITTED");
  });

  it("says where a ledger does not balance", () => {
    expect(render(goodRun())).toContain("each column adds up");
    expect(render(badRun())).toContain("does NOT balance: started is 5,700");
  });

  it("counts values beyond the histogram's range", () => {
    const good = goodRun();
    const roundTrip = byState(10, 54);
    const over = { ...roundTrip, success: { ...roundTrip.success, overflow: 3 } };
    const measured = { ...good.measured, latencies: latencies({ roundTrip: over }) };
    expect(render({ ...good, measured })).toContain("3 times were longer than 10 minutes");
  });

  it("puts the equations of a huge ledger below each other", () => {
    const good = goodRun();
    const ledger = { ...good.ledger, planned: 1e15, started: 1e15, provisioned: 1e15, connected: 1e15 };
    const text = renderText({ ...good, ledger }, { color: false, width: 60 });
    expect(text).toMatch(/planned +1,000,000,000,000,000\n/);
  });
});
