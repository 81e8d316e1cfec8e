import { describe, expect, it } from "vitest";
import { us } from "../../../src/model/units.ts";
import { chartElements } from "../../../src/report/html-charts.ts";
import { reports } from "../../../src/report/reports.ts";
import { badRun, goodRun } from "../../support/summaries.ts";

const page = (summary: ReturnType<typeof goodRun>): string =>
  reports.html.render({ summary, histograms: [] }, { color: false, width: 80 });

describe("the page", () => {
  it("asks nothing of the network and runs no script", () => {
    for (const run of [goodRun(), badRun()]) {
      expect(page(run)).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|\shref=|@import|url\(/i);
    }
  });

  it("shows text from elsewhere as text", () => {
    expect(page(badRun())).toContain("温度計-0001 &#60;b&#62;|`x`");
  });
});

describe("charts", () => {
  const second = (at: number, p50: number | null) => ({
    second: at,
    planned: 10,
    started: 10,
    provisioned: 8,
    rejected: 0,
    failed: 0,
    roundTripP50: p50 === null ? null : us(p50),
    roundTripP99: p50 === null ? null : us(p50 * 2),
  });

  it("break a line where there is no value, and mark a value that stands alone", () => {
    const [latency = ""] = chartElements({
      seconds: [second(0, 5_000), second(1, 6_000), second(2, null), second(3, 7_000)],
    });
    const [path = ""] = /d="[^"]*"/.exec(latency) ?? [];
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path.match(/L/g)).toHaveLength(1);
    expect(latency.match(/<circle/g)).toHaveLength(2);
  });

  it("show a second that is not listed as one without a latency", () => {
    const [latency = ""] = chartElements({ seconds: [second(4, 5_000), second(7, 5_000)] });
    expect(latency).toContain("5 s\np50: none");
  });

  it("of a long run have as many points as can be told apart", () => {
    const seconds = Array.from({ length: 7_200 }, (_, at) => second(at, at === 3_601 ? 90_000 : 5_000));
    const [latency = "", rates = ""] = chartElements({ seconds });
    expect(latency.match(/<rect/g)).toHaveLength(600);
    expect(latency).toContain("3,600 s to 3,612 s".replaceAll(",", "").replace(" s to", " to"));
    expect(latency).toContain("p50: 90 ms");
    expect(rates).toContain("planned: 10 /s");
  });

  it("are left out when there is nothing to draw", () => {
    expect(chartElements({ seconds: [] })).toEqual([]);
  });
});
