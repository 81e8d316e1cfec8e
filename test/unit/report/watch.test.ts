import { describe, expect, it } from "vitest";
import { us } from "../../../src/model/units.ts";
import type { WatchSummary } from "../../../src/model/watch.ts";
import { reports } from "../../../src/report/reports.ts";
import { renderBrief } from "../../../src/report/brief.ts";
import { renderText } from "../../../src/report/text.ts";
import { goodRun } from "../../support/summaries.ts";

const OPTIONS = { color: false, width: 100 };

const HOSTILE = "\u001b[31mred<script>|";
const watch: WatchSummary = {
  every: us(5_000_000),
  sources: [
    {
      source: "systemInfo",
      looks: 4,
      gaps: 0,
      firstGap: null,
      requests: 5,
      bytes: 2_000,
      took: { median: us(1_000_000), most: us(1_200_000) },
    },
    {
      source: "http://node1:8080/metrics",
      looks: 4,
      gaps: 2,
      firstGap: { at: us(9_000_000), why: HOSTILE },
      requests: 4,
      bytes: 5_000,
      took: { median: us(3_000), most: us(4_000) },
    },
  ],
  services: [
    {
      service: HOSTILE,
      source: "systemInfo",
      type: "TB_CORE",
      processors: 4,
      memoryBytes: null,
      diskBytes: null,
      metrics: [
        { metric: "cpu", unit: "share", samples: 4, median: 0.34, most: 0.81 },
        { metric: "memory", unit: "share", samples: 4, median: 0.5, most: 0.5 },
      ],
    },
    {
      service: "node1:8080",
      source: "http://node1:8080/metrics",
      type: null,
      processors: null,
      memoryBytes: null,
      diskBytes: null,
      metrics: [
        { metric: "jvm_gc_pause_seconds_sum", unit: "busy", samples: 2, median: 0.01, most: 0.2 },
        { metric: "core_total", unit: "per-second", samples: 2, median: 100, most: 250 },
        { metric: "hikaricp_connections_pending", unit: "number", samples: 2, median: 0, most: 12 },
      ],
    },
  ],
  servicesLeftOut: 3,
  course: { step: 5, windows: 4, lines: [] },
};
const run = { ...goodRun(), watch };

describe("the section on the server itself", () => {
  it("has services side by side, metrics line by line, the cost and the gaps", () => {
    const text = renderText(run, OPTIONS);
    const section = text.slice(
      text.indexOf("THE SERVER ITSELF"),
      text.indexOf("\n\n", text.indexOf("THE SERVER ITSELF")),
    );
    expect(section).toMatch(/cpu median +cpu most +memory median +memory most +disk median +disk most/);
    expect(section).toMatch(/TB_CORE +34 % +81 % +50 % +50 % +- +-/);
    expect(section).toMatch(/jvm_gc_pause_seconds_sum +1 % of the time +20 % of the time/);
    expect(section).toMatch(/core_total +100\.0\/s +250\.0\/s/);
    expect(section).toMatch(/hikaricp_connections_pending +0 +12/);
    expect(section).toContain(
      "systemInfo: 4 looks; 5 requests, 2 KiB of answers, 1 s a look in the median, 1.2 s at most",
    );
    expect(section.replaceAll(/\s+/g, " ")).toContain("2 without an answer (first at 9 s:");
    expect(section).toContain("3 more services left out.");
  });

  it("is one line on the screen, and nothing where nobody looked", () => {
    expect(renderBrief(run, OPTIONS).replaceAll(/\s+/g, " ")).toMatch(
      /server itself 2 services watched; the busiest, .*: CPU 34 % in the median, 81 % at most; 2 looks without an answer/,
    );
    expect(renderBrief(goodRun(), OPTIONS)).not.toContain("server itself");
    expect(renderText(goodRun(), OPTIONS)).not.toContain("SERVER ITSELF");
  });

  it("shows what a server says as text, and nothing else", async () => {
    const page = await reports.html.render({ summary: run, histograms: [] }, OPTIONS);
    const markdown = reports.markdown.render({ summary: run, histograms: [] }, OPTIONS);
    for (const text of [renderText(run, OPTIONS), renderBrief(run, OPTIONS), page, markdown]) {
      expect(text).not.toContain("\u001b");
    }
    expect(page).not.toContain("<script>|");
    expect(markdown).not.toContain("<script>");
    expect(markdown).toContain(String.raw`red&lt;script>\|`);
  });
});
