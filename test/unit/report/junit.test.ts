import { describe, expect, it } from "vitest";
import { reports } from "../../../src/report/reports.ts";
import { badRun, goodRun, interruptedRun } from "../../support/summaries.ts";

const render = (summary: ReturnType<typeof goodRun>): string =>
  reports.junit.render({ summary, histograms: [] }, { color: false, width: 80 });

describe("junit", () => {
  it("has a failure if and only if the run did not pass", () => {
    expect(render(goodRun())).not.toContain("<failure");
    for (const run of [badRun(), interruptedRun()]) expect(render(run)).toContain("<failure");
  });

  it("counts as failures and tests what it lists", () => {
    const text = render(badRun());
    const [, tests, failures] = /<testsuites [^>]*tests="(\d+)" failures="(\d+)"/.exec(text) ?? [];
    expect(text.match(/<testcase /g)).toHaveLength(Number(tests));
    expect(text.match(/<failure /g)).toHaveLength(Number(failures));
  });

  it("skips the roll call where it was off, and a negative control that was not made", () => {
    const good = goodRun();
    const off = render({ ...good, rollCall: { ...good.rollCall, when: "off", negativeControl: "not-made" } });
    expect(off.match(/<skipped /g)).toHaveLength(2);
    expect(off).not.toContain("<failure");
  });
});
