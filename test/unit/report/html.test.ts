import { describe, expect, it } from "vitest";
import { reports } from "../../../src/report/reports.ts";
import { us } from "../../../src/model/units.ts";
import type { Summary } from "../../../src/model/summary.ts";
import { badRun, goodRun, withoutPictures } from "../../support/summaries.ts";
import { madeTimeline } from "../../support/timelines.ts";

const page = async (summary: Summary): Promise<string> =>
  reports.html.render({ summary, histograms: [] }, { color: false, width: 80 });

const words = (summary: Summary): Promise<string> => page(withoutPictures(summary));

const goodPage = page(goodRun());
const badPage = page(badRun());

describe("the page", () => {
  it("asks nothing of the network and runs no script", async () => {
    for (const text of [await goodPage, await badPage]) {
      expect(text).not.toMatch(/<script|<link|<img|<iframe|\ssrc=|\shref=|@import|url\((?!#)|xlink|https?:/i);
    }
  });

  it("shows text from elsewhere as text, also where it is part of a picture", async () => {
    expect(await badPage).toContain("温度計-0001 &#60;b&#62;|`x`");
    const run = goodRun();
    const timeline = madeTimeline([
      { name: "<img src=x onerror=alert(1)>", from: 0, seconds: 5, rate: () => 50 },
      { name: "</svg><script>", from: 5, seconds: 5, rate: () => 50 },
    ]);
    const text = await page({ ...run, timeline });
    expect(text).not.toMatch(/<img|<script|<\/svg><script/);
    expect(text).toContain("&lt;img src=x");
  });

  it("says first what it is of and whether it is real", async () => {
    const simulated = await goodPage;
    const head = simulated.slice(simulated.indexOf("<header>"), simulated.indexOf("</header>"));
    expect(head).toContain("<b>SIMULATED</b>");
    for (const part of ["quickstart", "mqtt://127.0.0.1:41883", "2026-11-25 03:15:00 UTC", "steady: constant, 100/s"]) {
      expect(head).toContain(part);
    }
    expect(await badPage).not.toContain("SIMULATED");
  });

  it("speaks of one unknown device as of one", async () => {
    const run = badRun();
    const unknown = { count: 1, names: ["d1"] };
    const reconciliation = run.server?.reconciliation;
    if (run.server === undefined || reconciliation === undefined || reconciliation === null) {
      throw new Error("the sample was reconciled");
    }
    const ghosts = { ...reconciliation.ghosts, count: 1 };
    const text = await words({
      ...run,
      unknown,
      server: { ...run.server, reconciliation: { ...reconciliation, ghosts } },
    });
    expect(text).toContain("1 device was asked for and never answered.");
    expect(text).toContain("1 of all names of this run is on it");
    expect(await words({ ...run, unknown, server: undefined })).toContain("1 device may exist on the server");
  });

  it("of a void run says what happened and what to do, and leaves the signals to their section", async () => {
    const run = badRun();
    const signals = run.validity.signals.map((signal) => ({ ...signal, grade: "void" as const }));
    const text = await words({
      ...run,
      run: { ...run.run, state: "complete", lostGenerators: [] },
      ledger: { ...run.ledger, imbalances: [] },
      validity: { ...run.validity, signals },
    });
    const verdict = text.slice(text.indexOf('class="verdict'), text.indexOf('class="cards"'));
    expect(verdict).toContain("ran out of something of its own");
    expect(verdict).toContain("What to do: ");
    expect(verdict).not.toContain("void: ");
    expect(text).toContain('id="validity"');
  });

  it("does not say what may be on the server beside what is", async () => {
    const run = badRun();
    expect(run.server?.reconciliation?.ghosts.count).toBeGreaterThan(0);
    const asked = await words({ ...run, unknown: { count: 213, names: ["a"] } });
    expect(asked).not.toMatch(/213 devices? may exist/);
    const nobody = await words({ ...run, server: undefined, unknown: { count: 213, names: ["a"] } });
    expect(nobody).toContain("213 devices may exist on the server");
  });

  it("names the rate at which a target broke, unless the generators are to blame", async () => {
    const run = goodRun();
    const timeline = madeTimeline([{ name: "ramp", from: 0, seconds: 40, rate: (at) => 10 + 8 * at, capacity: 150 }]);
    const broke = await page({ ...run, timeline });
    expect(broke).toMatch(/The target broke at 1[45]\d\.\d a second; from then on 1[45]\d\.\d were answered\./);
    const validity = { ...run.validity, grade: "void" as const };
    expect(await page({ ...run, timeline, validity })).not.toContain("target broke");
  });

  it("has a latency table for each measured phase, and no figure that is of several", async () => {
    const run = goodRun();
    const phases = run.phases.map((phase) => ({ ...phase, warmup: false }));
    const text = await words({ ...run, phases });
    expect(text).toContain("<h3>burst: closed, 200 in flight</h3>");
    expect(text).toContain("<h3>steady: constant, 100/s</h3>");
    const cards = text.slice(text.indexOf('class="cards"'), text.indexOf("<section"));
    expect(cards).not.toContain("round trip");
  });

  it("has what was marked as a section, and in each picture over time as a text that is no markup", async () => {
    const text = await page({
      ...goodRun(),
      marks: [{ at: us(20e6), text: "<b>node 2", recovery: { state: "recovered", after: us(4e6), depth: 0.4 } }],
    });
    expect(text).toContain(
      "<dt>20 s</dt><dd>&#60;b&#62;node 2: served as before again after 4 s; the rate fell by 40 %",
    );
    expect(text).toContain("an upright line is what was marked");
    expect(text).not.toContain("<b>node 2");
    // Two drawings of each of the eight pictures over time.
    expect(text.match(/<text[^>]*>&lt;b&gt;node 2<\/text>/g)).toHaveLength(16);
    expect(await goodPage).not.toContain("upright line");
  });

  it("has the dips that nobody marked, with no more than ten of them", async () => {
    const dip = { at: us(20e6), phase: "<b>one", kind: "slower" } as const;
    const recovery = { state: "not-recovered", watched: us(9e6), depth: 0.05 } as const;
    const text = await words({
      ...goodRun(),
      dips: Array.from({ length: 12 }, () => ({ ...dip, started: 0.4, recovery })),
    });
    expect(text).toContain(
      "<dt>20 s</dt><dd>&#60;b&#62;one: answers took longer; NOT served as before until the load ended",
    );
    expect(text).toContain("only 40 % of the devices that were due were started");
    expect(text.match(/answers took longer/g)).toHaveLength(10);
    expect(text).toContain("2 more are in summary.json");
    expect(await goodPage).not.toContain("Dips");
  });

  it("of a million devices in an hour stays below 2 MB", async () => {
    const run = goodRun();
    const timeline = madeTimeline(
      [{ name: "long", from: 0, seconds: 3_600, rate: () => 60, timeouts: 2, rejected: 1 }],
      { generators: 8 },
    );
    const text = await page({ ...run, timeline });
    expect(text.length).toBeLessThan(1_000_000);
    expect(text.match(/<figure /g)?.length).toBeGreaterThan(8);
  });

  it("of a summary that 0.1.0 wrote says how to get the pictures", async () => {
    expect(await words(goodRun())).toContain("make it again with &#34;rollcall report k3x9af");
  });
});
