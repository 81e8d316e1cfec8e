import { describe, expect, it } from "vitest";
import type { BackgroundSummary, MessageCounts } from "../../../src/model/background.ts";
import type { Summary } from "../../../src/model/summary.ts";
import { us } from "../../../src/model/units.ts";
import { summarySchema } from "../../../src/record/summary-schema.ts";
import { reports } from "../../../src/report/reports.ts";
import { goodRun, withoutPictures } from "../../support/summaries.ts";

/** The page's pictures need a library that a busy machine loads slowly. */
const PATIENCE = { timeout: 60_000 };

const NONE = { timedOut: 0, refused: 0, lost: 0, offline: 0, dropped: 0, aborted: 0, unreported: 0 };
const counts = (acknowledged: number, more: Partial<MessageCounts> = {}): MessageCounts => ({
  intended: acknowledged,
  acknowledged,
  ...NONE,
  ...more,
});
const latency = (count: number, ms: number) => ({
  count,
  p50: us(ms * 1_000),
  p90: us(ms * 2_000),
  p99: count < 368 ? null : us(ms * 4_000),
  max: us(ms * 9_000),
});

const BEHIND: BackgroundSummary = {
  run: "e21431",
  publish: "telemetry",
  every: us(10_000_000),
  devices: { asked: 500, connected: 498, refused: 2, unreachable: 0, uncalled: 0, unreported: 0 },
  notConnected: [{ reason: "5 not authorised", count: 2, example: "5 not authorised" }],
  sessions: {
    lost: 1,
    losses: [{ reason: "closed by the server", count: 1 }],
    first: [{ at: us(12_300_000), device: "<b>meter-7</b>", reason: "closed by the server" }],
    notBack: 1,
  },
  messages: counts(3_490, { intended: 3_500, timedOut: 3, lost: 1, offline: 4, dropped: 2 }),
  measured: latency(3_000, 6),
  stages: [
    {
      name: "before",
      stage: { kind: "before" },
      messages: counts(490),
      roundTrip: latency(490, 2),
      responseTime: latency(490, 2),
    },
    {
      name: "steady",
      stage: { kind: "load", phase: 0 },
      messages: counts(2_990, { intended: 3_000, timedOut: 3, lost: 1, offline: 4, dropped: 2 }),
      roundTrip: latency(2_993, 6),
      responseTime: latency(2_993, 16),
    },
    {
      name: "after",
      stage: { kind: "after" },
      messages: counts(10),
      roundTrip: latency(10, 2),
      responseTime: latency(10, 2),
    },
  ],
  imbalances: [],
};
const WITH: Summary = { ...goodRun(), background: BEHIND };

const render = async (name: "text" | "html" | "markdown"): Promise<string> =>
  (
    await reports[name].render({ summary: withoutPictures(WITH), histograms: [] }, { color: false, width: 120 })
  ).replaceAll(/\s+/g, " ");

describe("a background in a report", () => {
  it.each([
    [
      "text",
      "steady 3,000 2,990 3 1 6 6.00 12.0 24.0 54.0 after 10 10 0 0 0 2.00 4.00 n<368 18.0",
      "<b>meter-7</b> at 12.3 s",
    ],
    ["markdown", "| steady | 3,000 | 2,990 | 3 | 1 | 6 | 6.00 | 12.0 | 24.0 | 54.0 |", "meter-7"],
    ["html", "Background", "&#60;b&#62;meter-7&#60;/b&#62; at 12.3 s"],
  ] as const)("%s has each stage, what the load cost and what went wrong", PATIENCE, async (name, row, loss) => {
    const text = await render(name);
    expect(text).toContain(row);
    expect(text).toContain(loss);
    expect(text).toContain("500 devices of run e21431, there before the load; each publishes telemetry every 10 s");
    expect(text).toContain("498 of 500 devices connected before the load.");
    expect(text).toContain("p50 was 3 times what it was before, p99 3 times during steady");
    expect(text).toContain("2 devices could not connect: 5 not authorised.");
    expect(text).toContain("1 device lost its session (closed by the server: 1), 1 not connected at the end.");
    expect(text).toContain("2 messages not sent: the one before was not acknowledged when the next was due.");
    expect(text).toContain("4 messages not sent: the device had lost its session.");
    expect(text).toContain("Messages left late; from the time they were due p90 was: steady 32.0 ms.");
  });

  it("is in summary.json as its schema has it", () => {
    expect(summarySchema.parse(JSON.parse(JSON.stringify(WITH))).background).toEqual(BEHIND);
  });
});
