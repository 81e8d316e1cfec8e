import { expect, it } from "vitest";
import type { MachineSummary, Summary } from "../../../src/model/summary.ts";
import { us } from "../../../src/model/units.ts";
import { reports } from "../../../src/report/reports.ts";
import { goodRun, withoutPictures } from "../../support/summaries.ts";

/** The page's pictures need a library that a busy machine loads slowly. */
const PATIENCE = { timeout: 60_000 };
const MACHINE: MachineSummary = {
  name: "left",
  host: "left",
  cores: 4,
  generators: [0],
  lostGenerators: [],
  devices: 1_200,
  provisioned: 1_200,
  unreported: 0,
  roundTrip: { count: 1_200, p50: us(48_000), p99: us(90_000) },
  clock: { offset: us(-20), bound: us(640), moved: us(3), roundTrip: us(1_100) },
  grade: "valid",
};
const LOST: MachineSummary = {
  ...MACHINE,
  name: "<b>right</b>|x",
  host: "pod-7",
  generators: [1],
  lostGenerators: [1],
  provisioned: 700,
  unreported: 500,
  clock: null,
};
const render = async (name: "text" | "html" | "markdown", summary: Summary): Promise<string> =>
  reports[name].render({ summary: withoutPictures(summary), histograms: [] }, { color: false, width: 120 });

it.each([
  ["text", "<b>right</b>|x (pod-7)"],
  ["html", "&#60;b&#62;right&#60;/b&#62;|x (pod-7)"],
  ["markdown", "right"],
] as const)("%s has a line for each machine, and says which one was lost", PATIENCE, async (name, other) => {
  const text = await render(name, { ...goodRun(), machines: [MACHINE, LOST] });
  for (const part of ["left", "640", "unreported", "clock within", "not known", "lost", "500", other]) {
    expect(text).toContain(part);
  }
  // In a terminal it is text as it is.
  expect(text.includes("<b>right</b>")).toBe(name === "text");
});

it.each(["text", "html", "markdown"] as const)(
  "%s tells the rate and the health of each machine",
  PATIENCE,
  async (name) => {
    const tightest = {
      cpuShare: 0.85,
      gcPause: us(12_000),
      residentBytes: 240 * 2 ** 20,
      openFiles: { most: 12_525, of: 20_000 },
      freePorts: { least: 125_000, of: 225_856 },
    };
    const busy = { ...MACHINE, perSecond: 123.4, tightest };
    const text = (await render(name, { ...goodRun(), machines: [busy, LOST] })).replaceAll(/\s+/g, " ");
    expect(text).toContain("left: 123.4 provisioned a second. Worst second of a generator, figure by figure: 85");
    for (const part of ["12.0 ms of garbage", "240 MiB", "12,525 of 20,000 files", "125,000 of 225,856 local ports"]) {
      expect(text).toContain(part);
    }
    // Of the one that was lost nothing is known, and nothing is said.
    expect(text.match(/Worst second/g)).toHaveLength(1);
  },
);

it("has whole titles in a terminal of 100 columns where every device was reported", () => {
  const machines = ["left", "right"].map((name) => ({ ...MACHINE, name, host: "vm" }));
  const text = reports.text.render(
    { summary: { ...goodRun(), machines }, histograms: [] },
    { color: false, width: 100 },
  );
  const table = text.slice(text.indexOf("MACHINES"));
  expect(table).toContain(" provisioned ");
  expect(table).not.toContain("unreported");
});

it.each(["text", "html", "markdown"] as const)("%s of one machine has no such table", PATIENCE, async (name) => {
  expect(await render(name, goodRun())).not.toContain("clock within");
});
