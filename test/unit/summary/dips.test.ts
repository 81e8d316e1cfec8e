import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/model/entry.ts";
import type { Phase } from "../../../src/model/plan.ts";
import { us } from "../../../src/model/units.ts";
import { noteMark } from "../../../src/record/marks-file.ts";
import { renderText } from "../../../src/report/text.ts";
import { dipsOf } from "../../../src/summary/dips.ts";
import type { LoadSecond } from "../../../src/summary/level-before.ts";
import { foldRun } from "../../../src/summary/fold.ts";
import { failed, outcome, phase, samplePlan, writeRun } from "./sample-run.ts";

const RATE = 50;
const served = (provisioned: number, ms: number, changes: Partial<LoadSecond> = {}): LoadSecond => ({
  planned: RATE,
  started: RATE,
  provisioned,
  ended: RATE,
  roundTrips: new Uint32Array(provisioned).fill(ms * 1_000),
  ...changes,
});

/** 100 s of load at 50 a second in 20 ms, with these seconds in the place of others. */
function dips(others: (second: number) => LoadSecond | undefined, until = 100) {
  const second = (index: number): LoadSecond => others(index) ?? served(RATE, 20);
  return dipsOf({ from: 0, until, second }, "load");
}

const between = (from: number, to: number, found: LoadSecond) => (second: number) =>
  second >= from && second < to ? found : undefined;

describe("a dip", () => {
  it("is where fewer are provisioned, from its first second to the first that is as before", () => {
    expect(dips(between(42, 55, served(20, 20)))).toEqual([
      {
        at: 42_000_000,
        phase: "load",
        kind: "fewer",
        recovery: { state: "recovered", after: 13_000_000, depth: 0.6 },
      },
    ]);
  });

  it("is where as many are provisioned and it takes longer", () => {
    expect(dips(between(42, 55, served(RATE, 30)))).toMatchObject([
      { at: 42_000_000, kind: "slower", recovery: { state: "recovered", after: 13_000_000, depth: 0 } },
    ]);
    expect(dips(between(42, 55, served(RATE, 24)))).toEqual([]);
  });

  it("is told apart from the next, and has no end where the load has one", () => {
    const twice = (second: number) =>
      between(30, 40, served(10, 20))(second) ?? between(70, 100, served(0, 20))(second);
    expect(dips(twice).map(({ at, recovery }) => [at / 1e6, recovery])).toEqual([
      [30, { state: "recovered", after: 10_000_000, depth: 0.8 }],
      [70, { state: "not-recovered", watched: 30_000_000, depth: 1 }],
    ]);
  });

  it("is no pause of a moment, and none where a tenth is missing", () => {
    expect(dips(between(42, 44, served(0, 20)))).toEqual([]);
    expect(dips(between(42, 90, served(45, 20)))).toEqual([]);
  });

  it("says where this machine started fewer itself", () => {
    expect(dips(between(42, 50, served(10, 20, { started: 10 })))).toMatchObject([{ at: 42_000_000, started: 0.2 }]);
  });

  it("needs 10 s that kept up to be held against", () => {
    expect(dips(between(5, 10, served(10, 20)), 10)).toEqual([]);
    expect(dips(between(10, 100, served(10, 20)))).toMatchObject([{ at: 10_000_000 }]);
    expect(dips(() => served(20, 20, { ended: 20 }))).toEqual([]);
  });
});

/** 60 s at 10 a second; of the devices that are due from 20 s to 35 s none is provisioned. */
function entries(): readonly Entry[] {
  return Array.from({ length: 600 }, (_, index) =>
    index >= 200 && index < 350 ? failed(index, "connection-refused", { waited: 1_000 }) : outcome(index),
  );
}

describe("the dips of a run", () => {
  it("are in its summary and its report", async () => {
    const { summary } = await foldRun(await writeRun(plan(), [{ entries: entries() }]));
    expect(summary.dips).toEqual([
      {
        at: 20_000_000,
        phase: "steady",
        kind: "fewer",
        // Of the 12 s from 34 s on, 11 were served.
        recovery: { state: "recovered", after: 14_000_000, depth: 1 },
      },
    ]);
    expect(renderText(summary, { color: false, width: 120 })).toContain(
      "20 s  steady: fewer devices were provisioned; served as before again after 14 s; the rate fell by 100 %",
    );
  });

  it("are left out where a mark tells of them, and there alone", async () => {
    const folder = await writeRun(plan(), [{ entries: entries() }]);
    const started = Date.parse((await foldRun(folder)).summary.run.startedAt);
    const markAt = (second: number) =>
      noteMark(folder, { version: 1, at: new Date(started + second * 1_000).toISOString(), text: "node 2" });
    await markAt(45);
    expect((await foldRun(folder)).summary.dips).toHaveLength(1);
    await markAt(19);
    const { dips: left, marks } = (await foldRun(folder)).summary;
    expect(left).toBeUndefined();
    expect(marks?.map(({ recovery }) => recovery.state)).toContain("recovered");
  });

  it("are not looked for under a load that changes, or is only a warm-up; a pause by hand is none", async () => {
    const ramp = { kind: "ramp", from: 5, to: 10, duration: us(60e6) } as const;
    for (const changes of [{ shape: ramp }, { shape: { kind: "closed", concurrency: 5 } as const }, { warmup: true }]) {
      const { summary } = await foldRun(await writeRun(plan(changes), [{ entries: entries() }]));
      expect(summary.dips).toBeUndefined();
    }
    const paused = [
      ...entries().slice(0, 200),
      { kind: "tempo", at: us(20e6), speed: 0 } as const,
      { kind: "tempo", at: us(35e6), speed: 1 } as const,
      ...entries().slice(350),
    ];
    const { summary } = await foldRun(await writeRun(plan(), [{ entries: paused }]));
    expect(summary.tempo).toHaveLength(2);
    expect(summary.dips).toBeUndefined();
  });
});

const plan = (changes: Partial<Phase> = {}) => samplePlan({ phases: [phase(0, 600, changes)] });
