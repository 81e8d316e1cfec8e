import { expect, it } from "vitest";
import { us } from "../../../src/model/units.ts";
import { reports } from "../../../src/report/reports.ts";
import { goodRun } from "../../support/summaries.ts";

const OPTIONS = { color: false, width: 80 } as const;

it("has what was marked as its last column, as text and never as a formula, and no such column where nothing was", () => {
  const run = goodRun();
  const mark = (seconds: number, text: string) =>
    ({ at: us(seconds * 1e6), text, recovery: { state: "no-dip" } }) as const;
  const marks = [
    mark(-1, "early"),
    mark(20.9, 'node "2", killed'),
    mark(20.95, "seen"),
    mark(30, "=1+1"),
    mark(9e3, "late"),
  ];
  const text = reports.csv.render({ summary: { ...run, marks }, histograms: [] }, OPTIONS);
  const [titles = "", ...rows] = text.trimEnd().split("\n");
  expect(titles).toMatch(/,marked$/);
  const told = (second: number) => rows.find((row) => row.startsWith(`${second},`));
  expect(told(20)).toMatch(/,"node ""2"", killed; seen"$/);
  expect(told(30)).toMatch(/,'=1\+1$/);
  expect(rows[0]).toMatch(/,early$/);
  expect(rows.at(-1)).toMatch(/,late$/);
  expect(rows.filter((row) => !row.endsWith(","))).toHaveLength(4);
  expect(reports.csv.render({ summary: run, histograms: [] }, OPTIONS)).not.toContain("marked");
});
