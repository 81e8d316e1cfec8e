import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Summary } from "../../../src/model/summary.ts";
import { us } from "../../../src/model/units.ts";
import { reports } from "../../../src/report/reports.ts";
import { hasBrowser, openBrowser } from "../../support/browser.ts";
import { linesByPage, plain, readsPdf } from "../../support/pdf.ts";
import { badRun, goodRun } from "../../support/summaries.ts";

/** In points. */
const SIZES = { A4: "595 842", Letter: "612 792" } as const;

function withMarks(run: Summary): Summary {
  const recovery = { state: "recovered", after: us(4e6), depth: 0.4 } as const;
  return {
    ...run,
    marks: [{ at: us(20e6), text: "node 2 killed", recovery }],
    dips: [{ at: us(9e6), phase: "steady", kind: "fewer", recovery }],
  };
}

describe.skipIf(!hasBrowser || !readsPdf)("the printed report in a browser", () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    page = await browser.newPage();
  });
  afterAll(async () => {
    await browser.close();
  });

  it.each([
    ["good", goodRun(), "A4", 9],
    ["bad", withMarks(badRun()), "A4", 12],
    ["bad", withMarks(badRun()), "Letter", 12],
  ] as const)(
    "%s: on its paper no heading stands alone at the end of a page (%#)",
    async (_, summary, format, most) => {
      await page.setContent(await reports.html.render({ summary, histograms: [] }, { color: false, width: 80 }));
      const headings = await page.evaluate<readonly string[]>(
        `[...document.querySelectorAll("h1, h2, h3, .about, figcaption b, figcaption p, thead tr")].map((each) => each.textContent)`,
      );
      const pdf = await page.pdf({ format, preferCSSPageSize: false });

      const pages = linesByPage(pdf);
      expect(pages.length).toBeGreaterThan(3);
      expect(pages.length).toBeLessThanOrEqual(most);
      const [width, height] = SIZES[format].split(" ").map(Number);
      const boxes = [...pdf.toString("latin1").matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
      expect(boxes).toHaveLength(pages.length);
      for (const [, wide, high] of boxes) {
        expect(Math.abs(Number(wide) - Number(width))).toBeLessThan(1);
        expect(Math.abs(Number(high) - Number(height))).toBeLessThan(1);
      }
      const texts = headings.map(plain).filter((text) => text !== "");
      const alone = pages.map((lines) => lines.at(-1) ?? "").filter((line) => texts.some((text) => isOf(line, text)));
      expect(alone).toEqual([]);
      // Nothing is lost between two pages, and the last has more than a line.
      const all = plain(pages.flat().join(" "));
      expect(all).toContain(summary.run.id);
      expect(pages.every((lines) => lines.length > 2)).toBe(true);
    },
  );
});

/** A heading and what stands beside it may share a line, and a long one has several. */
function isOf(line: string, heading: string): boolean {
  return (
    heading === line ||
    (line.length > 12 && heading.endsWith(line)) ||
    (heading.length > 12 && line.startsWith(heading))
  );
}
