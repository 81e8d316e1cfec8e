import { describe, expect, it } from "vitest";
import { layOut, NARROW, WIDE } from "../../../src/pictures/layout.ts";
import type { BackgroundStage, BackgroundSummary } from "../../../src/model/background.ts";
import { us } from "../../../src/model/units.ts";
import { drawPicture } from "../../../src/pictures/draw.ts";
import type { Picture } from "../../../src/pictures/picture.ts";
import { courseOf } from "../../../src/pictures/moments.ts";
import { picturesOf, subjectOf } from "../../../src/pictures/pictures.ts";
import { formatTime } from "../../../src/writing/notation.ts";
import { badRun, goodRun } from "../../support/summaries.ts";
import { madeTimeline } from "../../support/timelines.ts";

function picturesOfRun(run: ReturnType<typeof goodRun>): ReadonlyMap<string, Picture> {
  const subject = subjectOf(run);
  return new Map((subject === undefined ? [] : picturesOf(subject)).map((picture) => [picture.name, picture]));
}

const good = picturesOfRun(goodRun());
const bad = picturesOfRun(badRun());
const columnsOf = (picture: Picture | undefined) => picture?.table.columns;

describe("the pictures of a run", () => {
  it("are all that there is to see of it", () => {
    expect([...good.keys()]).toEqual([
      "rate",
      "round-trip",
      "heat-map",
      "percentiles-2",
      "in-flight",
      "stages",
      "roll-call",
      "generator-load",
      "generator-delay",
    ]);
    expect([...bad.keys()]).toContain("failures");
  });

  it("have what the server said of itself on the same axis, with gaps and marks; only where it was watched", () => {
    const timeline = madeTimeline([{ name: "steady", from: 0, seconds: 20, rate: () => 50 }]);
    const line = (service: string, metric: string, unit: "share" | "bytes", values: readonly (number | null)[]) => {
      return { service, metric, unit, values };
    };
    const course = {
      step: 5,
      windows: 4,
      lines: [
        line("n1", "cpu", "share", [0.1, null, 0.5, 0.2]),
        line("<n2>", "cpu", "share", [0.3, 0.9, null, null]),
        line("n1", "memory", "share", [0.5, 0.5, 0.5, 0.6]),
        line("t1", 'jvm_memory_used_bytes{area="heap"}', "bytes", [1_048_576, null, null, 3_145_728]),
        line("t1", "core_total", "share", [1, 1, 1, 1]),
      ],
    };
    const marks = [{ at: us(7_000_000), text: "node 2 killed, as the operator of this cluster says" }];
    const pictures = picturesOf({
      timeline: courseOf(timeline, { marks }),
      percentiles: [],
      floor: undefined,
      grade: "valid",
      watched: course,
    });
    const [cpu, memory, heap, ...more] = pictures.filter(({ name }) => name.startsWith("server-"));
    expect(more).toEqual([]);
    expect(cpu?.title).toBe("The server's processors: 90 % at most (<n2>)");
    expect(cpu?.table.columns.slice(0, 3)).toEqual(["time", "<n2>", "n1"]);
    expect(cpu?.table.rows.map((row) => row.slice(0, 3))).toEqual([
      ["0 to 5 s", "30 %", "10 %"],
      ["5 to 10 s", "90 %", "-"],
      ["10 to 15 s", "-", "50 %"],
      ["15 to 20 s", "-", "20 %"],
    ]);
    expect(memory?.title).toBe("The server's memory: 60 % at most (n1)");
    expect(heap?.table.rows.map((row) => row[1])).toEqual(["1 MiB", "3 MiB"]);
    const drawn = cpu === undefined ? "" : drawPicture(cpu, WIDE);
    expect(drawn).toMatch(/node 2 killed, as the.*…/);
    expect(drawn).not.toContain("<n2>");
    expect(good.has("server-cpu")).toBe(false);
  });

  it("have the waits of a background on the same axis, and its losses; only where there was one", () => {
    const times = (value: number) => ({ count: 400, p50: us(value), p90: us(value), p99: us(value), max: us(value) });
    const messages = { intended: 9, acknowledged: 9, timedOut: 0, refused: 0, lost: 0, offline: 0, dropped: 0 };
    const none = { aborted: 0, unreported: 0 };
    const stage = (name: string, of: BackgroundStage, value: number) => {
      return {
        name,
        stage: of,
        messages: { ...messages, ...none },
        roundTrip: times(value),
        responseTime: times(value),
      };
    };
    const background: BackgroundSummary = {
      run: "e21431",
      publish: "telemetry",
      every: us(1_000_000),
      devices: { asked: 9, connected: 9, refused: 0, unreachable: 0, uncalled: 0, unreported: 0 },
      notConnected: [],
      sessions: { lost: 2, losses: [], first: [], notBack: 2 },
      messages: { ...messages, ...none },
      measured: times(6_000),
      stages: [stage("before", { kind: "before" }, 2_000), stage("steady", { kind: "load", phase: 0 }, 6_000)],
      course: {
        from: 0,
        step: 5,
        p50: [us(2_000), us(6_000), null],
        p99: [null, us(9_000), null],
        max: [us(3_000), us(40_000), null],
        lost: [0, 2, 0],
      },
      imbalances: [],
    };
    const timeline = madeTimeline([{ name: "steady", from: 0, seconds: 15, rate: () => 50 }]);
    const subject = { timeline, percentiles: [], floor: undefined, grade: "valid" } as const;
    const picture = picturesOf({ ...subject, background }).find(({ name }) => name === "background");
    expect(picture?.title).toBe("Half of the background's PUBACKs: 2 ms before the load, 6 ms during steady");
    expect(picture?.about).toContain("Triangles: when sessions were lost, 2 in all.");
    expect(picture?.table.columns.slice(-4)).toEqual(["p50", "p99", "longest", "sessions lost"]);
    expect(picture?.table.rows.map((row) => row.slice(-4))).toEqual([
      ["2.00 ms", "-", "3.00 ms", "0"],
      ["6.00 ms", "9.00 ms", "40.0 ms", "2"],
      ["-", "-", "-", "0"],
    ]);
    expect(picturesOf(subject).map(({ name }) => name)).not.toContain("background");
  });

  it("have a line for each machine where there are several: the worst of its generators", () => {
    const timeline = madeTimeline([{ name: "steady", from: 0, seconds: 10, rate: () => 50 }], { generators: 4 });
    const machines = [
      { name: "left", generators: [0, 3] },
      { name: "right", generators: [1, 2] },
      { name: "gone", generators: [4] },
    ];
    const subject = { timeline, percentiles: [], floor: undefined, grade: "valid", machines } as const;
    const load = picturesOf(subject).find(({ name }) => name === "generator-load");
    expect(load?.keys.map(({ name }) => name)).toEqual(["left", "right"]);
    expect(load?.about).toContain("A line is a machine, and of its generators the worst off.");
    // Generator 3 is the busiest that was made up, at half of each second and more.
    const [, left] = load?.table.rows[1] ?? [];
    expect(Number.parseFloat(left ?? "")).toBeGreaterThanOrEqual(50);
  });

  it("say the p50 that the page tells of a phase, and not the middle of their own points", () => {
    const p50 = goodRun().phases[1]?.figures.latencies.roundTrip.success.quantiles.find(({ q }) => q === 0.5)?.value;
    expect(good.get("round-trip")?.title).toBe(`Half of the round trips: stayed near ${formatTime(us(p50 ?? 0))}`);
  });

  it("say in their titles what is to be seen", () => {
    const titles = Object.fromEntries([...good].map(([name, { title }]) => [name, title]));
    expect(titles).toEqual({
      rate: "Kept up with 100.0 a second",
      "round-trip": expect.stringMatching(/^Half of the round trips: stayed near 5\d\.\d ms$/),
      "heat-map": expect.stringMatching(/^Four of five answers took \d+ ms to /),
      "percentiles-2": expect.stringMatching(/^99 % of the devices waited at most \d+ ms \(\d+ to \d+\)$/),
      "in-flight": expect.stringMatching(/^At most \d+ in flight$/),
      stages: expect.stringMatching(/^9\d\.\d+ % of the time goes into waiting for the receipt$/),
      "roll-call": "4,000 of 4,000 logged in with their own credentials",
      "generator-load": expect.stringMatching(/^The generators had time under load: \d\d(.\d)? % busy at most$/),
      "generator-delay": expect.stringMatching(/^The generators' own delay: at most \d\.\d\d ms under load/),
    });
    expect(bad.get("failures")?.title).toMatch(
      /failed or were rejected, most of them answer-timeout \(\d+|all of them/,
    );
    expect(bad.get("roll-call")?.title).toBe("520 of 600 logged in with their own credentials");
  });

  it("have no planned line under closed load", () => {
    const timeline = madeTimeline([{ name: "c", from: 0, seconds: 20, rate: () => 50, open: false }]);
    const pictures = picturesOfRun({ ...goodRun(), timeline });
    expect(columnsOf(pictures.get("rate"))).toEqual(["time", "started", "provisioned"]);
    expect(columnsOf(good.get("rate"))).toEqual(["time", "planned", "started", "provisioned"]);
    // Of the closed phase before it nothing was planned.
    expect(good.get("rate")?.table.rows[0]?.[1]).toBe("-");
  });

  it("carry the timeline's numbers", () => {
    const { timeline } = goodRun();
    const rows = good.get("rate")?.table.rows ?? [];
    const total = rows.reduce((sum, row) => sum + Number(row[3]), 0) * (timeline?.step ?? 1);
    const provisioned = timeline?.counts.provisioned.reduce((sum, count) => sum + count, 0) ?? 0;
    expect(Math.abs(total - provisioned)).toBeLessThan(provisioned * 0.02);
  });

  it("mark time-outs, and do not join the lines of two phases", () => {
    const series = bad.get("round-trip")?.chart.series;
    expect(JSON.stringify(series)).toContain('"symbol":"triangle"');
    const timeline = madeTimeline([
      { name: "a", from: 0, seconds: 10, rate: () => 50 },
      { name: "b", from: 10, seconds: 10, rate: () => 50 },
    ]);
    const two = picturesOfRun({ ...goodRun(), timeline }).get("round-trip");
    expect(JSON.stringify(two?.chart.series).match(/"-"/g)).toHaveLength(4);
  });

  it("blame nobody for a void run", () => {
    const timeline = madeTimeline([{ name: "a", from: 0, seconds: 60, rate: () => 100, capacity: 70 }]);
    const run = { ...goodRun(), timeline };
    expect(picturesOfRun(run).get("rate")?.title).toMatch(/^Saturated at (6|7)\d\.\d a second, of \d+\.\d planned$/);
    const title = picturesOfRun({ ...run, validity: { ...run.validity, grade: "void" } }).get("rate")?.title;
    expect(title).toContain("the generators themselves could not keep up");
  });

  it("have a line with its text where something was marked or done to the load, and a column of it", () => {
    const run = goodRun();
    const at = (seconds: number) => us(seconds * 1e6);
    const marked = picturesOfRun({
      ...run,
      marks: [
        { at: at(20), text: "node 2 {killed}", recovery: { state: "no-dip" } },
        { at: at(20.1), text: "and seen", recovery: { state: "no-dip" } },
        { at: at(9_000), text: "long after", recovery: { state: "no-dip" } },
      ],
      tempo: [
        { at: at(30), speed: 0 },
        { at: at(33), speed: 0.5 },
      ],
    });
    for (const [name, { chart, table }] of marked) {
      if (name.startsWith("percentiles")) continue;
      const lines = [chart.series ?? []].flat().flatMap(({ markLine }) => markLine?.data ?? []);
      // Two that stand too near to each other share the place of one text.
      expect(lines).toMatchObject([
        { name: "node 2 (killed)" },
        { name: "" },
        { name: "load paused" },
        { name: "load at 50 %" },
      ]);
      expect(table.columns.at(-1)).toBe("marked");
      const told = table.rows.map((row) => row.at(-1)).filter((text) => text !== "");
      expect(told.join("; ")).toBe("node 2 {killed}; and seen; load paused; load at 50 %; long after");
    }
    const svg = [marked.get("rate")]
      .map((picture) => (picture === undefined ? "" : drawPicture(picture, WIDE)))
      .join("");
    expect(svg).toContain("node 2 (killed)");
    expect(svg).not.toContain("long after");
  });

  it("are JSON, so that a browser can be told them", () => {
    for (const { chart } of [...good.values(), ...bad.values()]) {
      expect(JSON.parse(JSON.stringify(chart))).toEqual(chart);
    }
  });
});

describe("a drawing", () => {
  it("is the same each time, has only what is seen, and takes its colours from the page", () => {
    for (const picture of good.values()) {
      for (const size of [WIDE, NARROW]) {
        const svg = drawPicture(picture, size);
        expect(drawPicture(picture, size)).toBe(svg);
        expect(svg).not.toMatch(/zr\d|ecmeta|<style|\bNaN|undefined|="#[0-9a-f]{6}/);
        expect(svg).toContain("var(--");
        expect(svg.length).toBeLessThan(60_000);
      }
    }
  });

  it("of a heat map joins the cells of a shade", () => {
    const heat = good.get("heat-map");
    const svg = heat === undefined ? "" : drawPicture(heat, WIDE);
    const shades = new Set([...svg.matchAll(/fill="var\(--heat\)" fill-opacity="([^"]*)"/g)].map((match) => match[1]));
    expect(shades.size).toBeGreaterThan(2);
    // The darkest shade has no opacity of its own.
    expect(svg.match(/fill="var\(--heat\)"/g)).toHaveLength(shades.size + 1);
  });

  it("lays out without changing the definition", () => {
    const rate = good.get("rate");
    const before = JSON.stringify(rate);
    if (rate !== undefined) layOut(rate.chart, NARROW);
    expect(JSON.stringify(rate)).toBe(before);
  });
});
