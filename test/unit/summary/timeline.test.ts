import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/model/entry.ts";
import { us } from "../../../src/model/units.ts";
import { foldRun } from "../../../src/summary/fold.ts";
import { mergeSeconds, type SecondTallies } from "../../../src/summary/second-tally.ts";
import { timelineOf } from "../../../src/summary/timeline.ts";
import { madeTallies } from "../../support/timelines.ts";
import {
  called,
  failed,
  goodEntries,
  healthy,
  outcome,
  phase,
  rejected,
  replacing,
  samplePlan,
  writeRun,
} from "./sample-run.ts";

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

async function timelineOfRun(entries: readonly Entry[], plan = samplePlan()) {
  const { summary } = await foldRun(await writeRun(plan, [{ entries }]));
  if (summary.timeline === undefined) throw new Error("no timeline");
  return { timeline: summary.timeline, summary };
}

describe("a timeline", () => {
  it("counts what the ledger counts", async () => {
    const { timeline, summary } = await timelineOfRun(
      replacing(
        goodEntries(),
        failed(1, "answer-timeout", { unknown: true }),
        failed(5, "connection-reset"),
        rejected(2),
      ),
    );
    const { counts, failures, rejections } = timeline;
    const { ledger } = summary;
    for (const key of ["planned", "started", "provisioned", "rejected", "failed", "connected"] as const) {
      expect([key, sum(counts[key])]).toEqual([key, ledger[key]]);
    }
    expect(sum(counts.timeouts)).toBe(1);
    expect(failures.map(({ kind, counts: of }) => [kind, sum(of)])).toEqual([
      ["connection-reset", 1],
      ["answer-timeout", 1],
    ]);
    expect(rejections.map(({ status, counts: of }) => [status, sum(of)])).toEqual([["FAILURE", 1]]);
    expect(timeline.inFlight.at(-1)).toBe(0);
  });

  it("keeps the round trips of two phases apart, though they meet in one second", async () => {
    const plan = samplePlan({ phases: [phase(0, 50, { name: "a" }), phase(50, 50, { name: "b" })] });
    const entries = goodEntries().map((entry): Entry => {
      if (entry.kind !== "outcome") return entry;
      const second = entry.outcome.seq >= 50;
      return outcome(entry.outcome.seq, {
        phase: second ? 1 : 0,
        roundTrip: second ? 40_000 : 10_000,
        intended: us(entry.outcome.seq * 10_100),
      });
    });
    const { timeline } = await timelineOfRun(entries, plan);
    expect(timeline.roundTrips.map(({ phase: of, count, max }) => ({ of, count, max }))).toEqual([
      { of: 0, count: 50, max: 10_000 },
      { of: 1, count: 50, max: 40_000 },
    ]);
    expect(timeline.spans.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      "phase a",
      "phase b",
      "roll-call roll call",
    ]);
  });

  it("widens its windows until a p99 means something, and gives none before", async () => {
    const tallies = madeTallies([{ name: "a", from: 0, seconds: 35, rate: () => 30 }]);
    const windows = timelineOf(tallies, [])?.roundTrips ?? [];
    expect(windows.length).toBeGreaterThan(5);
    for (const { count, p99, from, to } of windows) {
      expect(count).toBeGreaterThanOrEqual(100);
      expect(p99).not.toBeNull();
      expect(to - from).toBeGreaterThanOrEqual(4);
    }
    const few = timelineOf(madeTallies([{ name: "a", from: 0, seconds: 8, rate: () => 10 }]), [])?.roundTrips;
    expect(few?.map(({ p50, p99 }) => [p50 === null, p99])).toEqual([[false, null]]);
  });

  it("has time from start to answer in its stages, and no more", async () => {
    const { timeline, summary } = await timelineOfRun(goodEntries());
    const total = sum(timeline.stages.map(({ means }) => means[0] ?? 0));
    expect(total).toBeCloseTo(summary.measured.latencies.serviceTime.success.mean ?? 0, -1);
  });

  it("has each generator's worst second, and whom it held", async () => {
    const entries = [...goodEntries(), healthy(12, { utilisation: 0.7, sample: { held: 40 } }), called(3)];
    const { timeline } = await timelineOfRun(entries);
    expect(timeline.generators.map(({ generator }) => generator)).toEqual([0]);
    expect(timeline.generators[0]?.utilisation[11]).toBe(0.7);
    expect(timeline.held[11]).toBe(40);
    expect(timeline.held[0]).toBeNull();
  });

  it("of a long run has no more windows than can be looked at, and the same sums", () => {
    const tallies = madeTallies([{ name: "a", from: 3, seconds: 4_000, rate: () => 3 }]);
    const timeline = timelineOf(tallies, []);
    expect(timeline?.step).toBe(30);
    expect(timeline?.from).toBe(0);
    expect(sum(timeline?.counts.planned ?? [])).toBe(sum([...tallies.values()].map(({ counts }) => counts.planned)));
    expect(timeline?.heat.counts.length).toBeLessThanOrEqual(100);
  });

  it("is undefined where nothing happened", () => {
    expect(timelineOf(new Map(), [])).toBeUndefined();
  });
});

describe("the heat map", () => {
  const rates = { name: "a", from: 0, seconds: 90, rate: () => 20 } as const;

  it("has every round trip in one cell, on bounds that are the same in every run", () => {
    const slow = timelineOf(madeTallies([{ ...rates, roundTripMs: 2_000 }]), [])?.heat;
    const fast = timelineOf(madeTallies([{ ...rates, roundTripMs: 20 }]), [])?.heat;
    expect(sum(slow?.counts.flat() ?? [])).toBe(1_800);
    expect(slow?.counts.every((column) => column.length === slow.bounds.length - 1)).toBe(true);
    const ratio = (bounds: readonly number[] = []) => Math.log10((bounds[1] ?? 1) / (bounds[0] ?? 1)) * 24;
    for (const { bounds } of [slow, fast].filter((heat) => heat !== undefined)) {
      expect(bounds.length).toBeLessThanOrEqual(31);
      expect(ratio(bounds)).toBeCloseTo(Math.round(ratio(bounds)), 1);
    }
  });

  it("of parts of a run adds up to that of the whole", () => {
    const [a, b] = [madeTallies([{ ...rates, roundTripMs: 2_000 }]), madeTallies([{ ...rates, roundTripMs: 20 }])];
    const together: SecondTallies = new Map();
    mergeSeconds(together, a);
    mergeSeconds(together, b);
    const parts = [a, b].map((tallies) => sum(timelineOf(tallies, [])?.heat.counts.flat() ?? []));
    const whole = timelineOf(together, []);
    expect(sum(whole?.heat.counts.flat() ?? [])).toBe(sum(parts));
    expect(sum(whole?.counts.provisioned ?? [])).toBe(3_600);
  });
});
