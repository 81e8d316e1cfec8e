import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Summary } from "../../../src/model/summary.ts";
import { reports } from "../../../src/report/reports.ts";
import { hasBrowser, openBrowser } from "../../support/browser.ts";
import { PAGES } from "../../support/pages.ts";
import { badRun, goodRun, interruptedRun } from "../../support/summaries.ts";
import { madeTimeline } from "../../support/timelines.ts";
import { testFolder } from "../../support/temporary-folder.ts";

describe.skipIf(!hasBrowser)("the report in a browser", () => {
  let browser: Browser;
  /** One for all reports: each new one is a process of its own, which costs more than what it shows. */
  let page: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    page = await browser.newPage();
  });
  afterAll(async () => {
    await browser.close();
  });

  /** Opens the report on the page; what it says to the console and asks for is noted. */
  async function open(summary: Summary, width: number, colorScheme: "light" | "dark") {
    return openText(
      await reports.html.render({ summary, histograms: [] }, { color: false, width: 80 }),
      width,
      colorScheme,
    );
  }

  async function openText(text: string, width: number, colorScheme: "light" | "dark") {
    const file = join(testFolder(), "run.html");
    writeFileSync(file, text);
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ media: null, colorScheme });
    for (const event of ["console", "pageerror", "request"]) page.removeAllListeners(event);
    const noise: string[] = [];
    page.on("console", (message) => noise.push(message.text()));
    page.on("pageerror", (error) => noise.push(error.message));
    page.on("request", (request) => {
      if (request.url() !== pathToFileURL(file).href) noise.push(request.url());
    });
    const begun = performance.now();
    await page.goto(pathToFileURL(file).href);
    return { noise, openedInMs: performance.now() - begun };
  }

  const sideways = () =>
    page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

  async function seriousFaults(): Promise<readonly string[]> {
    await page.addScriptTag({ content: axe.source });
    return page.evaluate<readonly string[]>(`axe.run().then(({ violations }) => violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => id + ": " + nodes[0].html))`);
  }

  it.each([
    ["good", goodRun(), 400, "light"],
    ["good", goodRun(), 1_400, "dark"],
    ["bad", badRun(), 400, "dark"],
    ["bad", badRun(), 800, "light"],
    ["interrupted", interruptedRun(), 400, "light"],
  ] as const)("%s: nothing serious for axe, no noise, no way sideways (%#)", async (_, summary, width, scheme) => {
    const { noise } = await open(summary, width, scheme);
    expect(await sideways()).toBe(0);
    expect(await seriousFaults()).toEqual([]);
    expect(noise).toEqual([]);
  });

  it.each(Object.entries(PAGES))("the page of %s is as good", async (_, render) => {
    for (const [width, scheme] of [
      [400, "dark"],
      [1_000, "light"],
    ] as const) {
      const { noise } = await openText(await render(), width, scheme);
      expect(await sideways()).toBe(0);
      expect(await seriousFaults()).toEqual([]);
      expect(noise).toEqual([]);
    }
  });

  it("shows each picture once, as wide as there is room, and its figures as a table", async () => {
    for (const [width, shown] of [
      [400, ".narrow"],
      [1_400, ".wide"],
    ] as const) {
      await open(goodRun(), width, "light");
      const figures = await page.locator("figure").count();
      expect(figures).toBe(9);
      expect(await page.locator("figure svg:visible").count()).toBe(figures);
      expect(await page.locator(`figure ${shown} svg:visible`).count()).toBe(figures);
      expect(await page.locator("figure table").count()).toBe(figures);
    }
  });

  it("opens in a second, a million devices or not", async () => {
    const timeline = madeTimeline([{ name: "long", from: 0, seconds: 3_600, rate: () => 60, timeouts: 1 }], {
      generators: 8,
    });
    const { openedInMs } = await open({ ...goodRun(), timeline }, 1_400, "light");
    // This machine may be busy with others: five times what is promised.
    expect(openedInMs).toBeLessThan(5_000);
  });

  it("draws in the colours of the reader's scheme, and prints in light", async () => {
    const colorOf = () =>
      page.evaluate<string>(
        `getComputedStyle(document.querySelector("#picture-rate .wide path[stroke='var(--one)']")).stroke`,
      );
    await open(goodRun(), 1_400, "dark");
    expect(await colorOf()).toBe("rgb(106, 169, 255)");
    await page.emulateMedia({ media: "print" });
    expect(await colorOf()).toBe("rgb(33, 102, 196)");
  });
});
