import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displayWidth } from "../../../src/writing/text-width.ts";
import { renderBrief } from "../../../src/report/brief.ts";
import { type ReportName, reports } from "../../../src/report/reports.ts";
import { renderText } from "../../../src/report/text.ts";
import { arbitrarySummary } from "../../support/arbitrary-summary.ts";
import { times } from "../../support/times.ts";

const RUNS = { numRuns: times(60) };
const names = Object.keys(reports) as ReportName[];

/** Text with markup that a reader of it would act on: what is left of a page or document when its own tags are taken out. */
const tags = (text: string): readonly string[] => text.match(/<[^>]*>/g) ?? [];

/** Every opened tag is closed, in order. */
function isBalanced(markup: string, empty: readonly string[]): boolean {
  const open: string[] = [];
  for (const tag of tags(markup)) {
    const name = /^<\/?([a-z0-9]+)/i.exec(tag)?.[1];
    if (name === undefined || empty.includes(name) || tag.endsWith("/>")) continue;
    if (!tag.startsWith("</")) open.push(name);
    else if (open.pop() !== name) return false;
  }
  return open.length === 0;
}

describe("any summary", () => {
  it("can be read in each format, twice the same, with a line feed at its end; html and junit have no tags but their own", async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySummary, async (summary) => {
        const run = { summary, histograms: [] };
        const same = structuredClone(run);
        const options = { color: false, width: 80 };
        const texts = new Map<ReportName, string>();
        for (const name of names) {
          const text = await reports[name].render(run, options);
          expect([name, text.at(-1)]).toEqual([name, "\n"]);
          expect([name, await reports[name].render(same, options)]).toEqual([name, text]);
          texts.set(name, text);
        }
        const { html = "", junit = "" } = Object.fromEntries(texts);
        expect(isBalanced(html, ["meta", "doctype", "br", "line"])).toBe(true);
        expect(tags(html).filter((tag) => /^<(script|link|img|iframe)|javascript:|\son\w+=/i.test(tag))).toEqual([]);
        expect(isBalanced(junit, [])).toBe(true);
      }),
      RUNS,
    );
  });

  it("as text has no line wider than the paper, none with spaces at its end, and no control characters", () => {
    fc.assert(
      fc.property(arbitrarySummary, fc.integer({ min: 60, max: 160 }), (summary, width) => {
        const options = { color: false, width };
        const lines = [renderText(summary, options), renderBrief(summary, options)].join("").split("\n");
        expect(lines.filter((line) => displayWidth(line) > width)).toEqual([]);
        expect(lines.filter((line) => /[\p{Cc}\p{Cf}]| $/u.test(line))).toEqual([]);
      }),
      RUNS,
    );
  });

  it("as coloured text says the same", () => {
    fc.assert(
      fc.property(arbitrarySummary, (summary) => {
        for (const render of [renderText, renderBrief]) {
          const colored = render(summary, { color: true, width: 100 });
          expect(stripVTControlCharacters(colored)).toBe(render(summary, { color: false, width: 100 }));
        }
      }),
      RUNS,
    );
  });

  it("as csv has one row a second, of as many fields as the title", () => {
    fc.assert(
      fc.property(arbitrarySummary, (summary) => {
        const text = reports.csv.render({ summary, histograms: [] }, { color: false, width: 80 });
        const [title = "", ...rows] = text.trimEnd().split("\n");
        expect(rows).toHaveLength(summary.seconds.length);
        const fields = title.split(",").length;
        expect(rows.filter((row) => row.split(",").length !== fields)).toEqual([]);
      }),
      RUNS,
    );
  });
});
