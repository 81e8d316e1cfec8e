import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderBrief } from "../../src/report/brief.ts";
import { reports } from "../../src/report/reports.ts";
import { renderText } from "../../src/report/text.ts";
import { badRun, goodRun, interruptedRun } from "../support/summaries.ts";

const FOLDER = join(import.meta.dirname, "report");
const RUNS = { good: goodRun(), bad: badRun(), interrupted: interruptedRun() };
const NAMES = ["json", "markdown", "html", "junit", "csv"] as const;

/** `npx vitest run --project golden -u` writes them anew: look at the difference before it is committed. */
describe.each(Object.entries(RUNS))("the %s run", (run, summary) => {
  it.each(NAMES)("as %s", async (name) => {
    const { render, extension } = reports[name];
    const text = await render({ summary, histograms: [] }, { color: false, width: 80 });
    await expect(text).toMatchFileSnapshot(join(FOLDER, `${run}.${extension}`));
  });

  it("as text of 80 columns", async () => {
    const text = renderText(summary, { color: false, width: 80 });
    await expect(text).toMatchFileSnapshot(join(FOLDER, `${run}-80.txt`));
  });

  it("as what is looked at first, of 80 columns", async () => {
    const text = renderBrief(summary, { color: false, width: 80 });
    await expect(text).toMatchFileSnapshot(join(FOLDER, `${run}-brief.txt`));
  });

  it("as text of 120 columns", async () => {
    const text = renderText(summary, { color: false, width: 120 });
    await expect(text).toMatchFileSnapshot(join(FOLDER, `${run}-120.txt`));
  });
});
