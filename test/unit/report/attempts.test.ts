import { describe, expect, it } from "vitest";
import type { AttemptSummary, RetrySummary } from "../../../src/model/retry-summary.ts";
import type { Summary } from "../../../src/model/summary.ts";
import { us } from "../../../src/model/units.ts";
import { reports } from "../../../src/report/reports.ts";
import { summarySchema } from "../../../src/record/summary-schema.ts";
import { goodRun, withoutPictures } from "../../support/summaries.ts";

/** The page's pictures need a library that a busy machine loads slowly. */
const PATIENCE = { timeout: 60_000 };
const NONE = { rejected: 0, failed: 0, aborted: 0, timeouts: 0, unanswered: 0, toTryAgain: 0, stopped: 0, capped: 0 };
const timesOf = (count: number, p50: number) => ({ count, p50: us(p50), p95: us(p50 * 2), p99: null });
const FIRST: AttemptSummary = {
  ...NONE,
  begun: 1_200,
  provisioned: 1_100,
  failed: 100,
  timeouts: 90,
  unanswered: 80,
  toTryAgain: 100,
  stopped: 3,
  capped: 2,
  roundTrip: timesOf(1_100, 51_000),
};
const SECOND: AttemptSummary = {
  ...NONE,
  begun: 95,
  provisioned: 70,
  rejected: 20,
  failed: 5,
  roundTrip: timesOf(70, 88_000),
};
const RETRIES: RetrySummary = {
  attempts: [FIRST, SECOND],
  retries: 95,
  devices: 95,
  recovered: 70,
  gaveUp: 7,
  ghostsMet: { count: 20, names: ["<b>meter-1</b>", "meter-2"] },
  untilCredentials: timesOf(1_170, 52_000),
};
const render = async (name: "text" | "html" | "markdown", summary: Summary): Promise<string> =>
  (
    await reports[name].render({ summary: withoutPictures(summary), histograms: [] }, { color: false, width: 120 })
  ).replaceAll(/\s+/g, " ");

describe("attempts in a report", () => {
  it.each([
    ["text", "1 1,200 1,100 0 100 80 100 51 ms 102 ms 2 95 70 20 5 0 0 88 ms 176 ms", "<b>meter-1</b>, meter-2"],
    ["markdown", "| 2 | 95 | 70 | 20 | 5 | 0 | 0 | 88 ms | 176 ms |", "meter-1"],
    ["html", "Attempts", "&#60;b&#62;meter-1&#60;/b&#62;, meter-2"],
  ] as const)(
    "%s has each, what came of those who tried again, and the ghosts met",
    PATIENCE,
    async (name, row, names) => {
      const text = await render(name, { ...goodRun(), retries: RETRIES });
      expect(text).toContain(row);
      expect(text).toContain(names);
      expect(text).toContain("95 devices tried again: 70 of them were provisioned. 7 devices gave up.");
      expect(text).toContain("3 devices waited for another attempt when the run was stopped.");
      expect(text).toContain("2 devices could not try again at their time: the limit of devices in flight");
      expect(text).toContain(
        "From a device's first attempt to its credentials: p50 52 ms, p95 104 ms.".replace(
          "'",
          name === "html" ? "&#39;" : "'",
        ),
      );
      expect(text).toContain("Ghosts met again: 20 devices asked again");
    },
  );

  it("says so where nobody had to, and nothing where nobody may", async () => {
    const { ghostsMet, ...none } = { ...RETRIES, devices: 0, recovered: 0, gaveUp: 0, attempts: [SECOND] };
    const text = await render("text", { ...goodRun(), retries: { ...none, ghostsMet: { ...ghostsMet, count: 0 } } });
    expect(text).toContain("No device had to try again.");
    expect(text).not.toContain("Ghosts met again");
    const waited = { ...none, attempts: [FIRST], ghostsMet: { ...ghostsMet, count: 0 } };
    expect(await render("text", { ...goodRun(), retries: waited })).toContain("No device tried again.");
    expect(await render("text", goodRun())).not.toContain("ATTEMPTS");
  });

  it("are in the schema of a summary", () => {
    const summary = { ...goodRun(), retries: RETRIES };
    expect(summarySchema.parse(JSON.parse(JSON.stringify(summary))).retries).toEqual(RETRIES);
  });
});
