import { decodeFromCompressedBase64, HistogramLogReader, listTags } from "hdr-histogram-js";
import { describe, expect, it } from "vitest";
import { us } from "../../../src/model/units.ts";
import { createHistogram, encodeHistogram, recordValue } from "../../../src/record/histograms.ts";
import { percentileText } from "../../../src/record/percentile-text.ts";
import { reports } from "../../../src/report/reports.ts";
import type { FoldedRun } from "../../../src/summary/fold.ts";
import { goodRun } from "../../support/summaries.ts";

const OPTIONS = { color: false, width: 80 };

/** Values of 1 ms to `count` ms. */
function histogram(name: string, count: number): FoldedRun["histograms"][number] {
  const values = createHistogram();
  for (let ms = 1; ms <= count; ms += 1) recordValue(values, us(ms * 1_000));
  const encoded = encodeHistogram(values);
  return {
    name,
    startSeconds: 6.31,
    intervalSeconds: 30.07,
    maxMs: count,
    encoded,
    percentiles: percentileText(values),
  };
}

const run: FoldedRun = {
  summary: goodRun(),
  histograms: [histogram("roundTrip.success", 100), histogram("login.success", 40)],
};

describe("hlog", () => {
  it("is read by HdrHistogram's own reader, with names, times and values", () => {
    const log = reports.hlog.render(run, OPTIONS);
    expect(listTags(log)).toEqual(["roundTrip.success", "login.success"]);
    const reader = new HistogramLogReader(log);
    const first = reader.nextIntervalHistogram();
    if (first === null) throw new Error("no histogram in the log");
    const started = Date.parse("2026-11-25T03:15:00.000Z");
    expect(first.tag).toBe("roundTrip.success");
    expect(first.totalCount).toBe(100);
    expect(first.startTimeStampMsec).toBeCloseTo(started + 6_310, 0);
    expect(first.endTimeStampMsec).toBeCloseTo(started + 36_380, 0);
    expect(reader.nextIntervalHistogram()?.totalCount).toBe(40);
    expect(reader.nextIntervalHistogram()).toBeNull();
  });

  it("gives each line its greatest value in milliseconds", () => {
    const line = reports.hlog
      .render(run, OPTIONS)
      .split("\n")
      .find((each) => each.startsWith("Tag=login.success"));
    const [, start, length, max, encoded = ""] = (line ?? "").split(",");
    expect([start, length, max]).toEqual(["6.310", "30.070", "40.000"]);
    expect(decodeFromCompressedBase64(encoded).maxValue).toBeGreaterThanOrEqual(40_000);
  });

  it("leaves out a start that is not known", () => {
    const { summary } = run;
    const unknown = { ...summary, run: { ...summary.run, startedAt: "unknown" } };
    expect(reports.hlog.render({ summary: unknown, histograms: [] }, OPTIONS)).not.toContain("StartTime:");
  });
});

describe("hgrm", () => {
  it("has the round trip", () => {
    const text = reports.hgrm.render(run, OPTIONS);
    expect(text).toMatch(/^ +Value +Percentile TotalCount 1\/\(1-Percentile\)\n/);
    expect(text).toMatch(/Total count += +100\]/);
    expect(text).toContain("#[roundTrip.success, in milliseconds]");
  });

  it("has the round trip with time-outs where there were any, as it must not look better for them", () => {
    const timed = { ...run, histograms: [...run.histograms, histogram("roundTrip.withTimeouts", 120)] };
    expect(reports.hgrm.render(timed, OPTIONS)).toMatch(/Total count += +120\]/);
  });

  it("says so when there is none", () => {
    expect(reports.hgrm.render({ ...run, histograms: [] }, OPTIONS)).toContain("No round trip was measured");
  });
});
