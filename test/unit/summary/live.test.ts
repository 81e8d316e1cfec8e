import { describe, expect, it } from "vitest";
import type { Snapshot } from "../../../src/model/snapshot.ts";
import { us } from "../../../src/model/units.ts";
import { createHistogram, encodeHistogram, recordValue } from "../../../src/record/histograms.ts";
import { machineTexts } from "../../../src/live/figures-text.ts";
import { createLiveFigures } from "../../../src/summary/live.ts";
import { phase, samplePlan } from "./sample-run.ts";

const plan = samplePlan({
  phases: [
    phase(0, 200, { name: "warm", shape: { kind: "closed", concurrency: 5 } }),
    phase(200, 300, { shape: { kind: "constant", rate: 100 } }),
  ],
  rollCall: { ...samplePlan().rollCall, hold: us(30e6) },
  generators: 2,
});

function roundTrips(...values: readonly number[]): string {
  const histogram = createHistogram();
  for (const value of values) recordValue(histogram, us(value));
  return encodeHistogram(histogram);
}

function snapshot(generator: number, second: number, changes: Partial<Snapshot> = {}): Snapshot {
  return {
    generator,
    at: us(second * 1_000_000),
    stage: { kind: "load", phase: 0 },
    planned: 10 * second,
    started: 9 * second,
    inFlight: 2,
    outcomes: { provisioned: 8 * second, rejected: 0, failed: 0, aborted: 0, dropped: 0 },
    verdicts: { connected: 0, refused: 0, unreachable: 0 },
    roundTrips: undefined,
    held: 0,
    health: undefined,
    ...changes,
  };
}

describe("live figures", () => {
  it("are there before anything has happened", () => {
    expect(createLiveFigures(plan).read()).toMatchObject({
      at: 0,
      stage: { kind: "waiting" },
      devices: 500,
      planned: 0,
      lastSecond: { p50: null, p95: null, p99: null },
      health: { grade: "valid", worst: "not measured yet" },
      remaining: null,
    });
  });

  it("tell of devices that try again, as soon as one is to", () => {
    const live = createLiveFigures(plan);
    live.add(snapshot(0, 1, { waiting: 3, retries: { ended: 0, recovered: 0 } }));
    live.add(snapshot(1, 1));
    expect(live.read()).toMatchObject({ waiting: 3, retries: { ended: 0, recovered: 0 } });
    live.add(snapshot(0, 2, { waiting: 1, retries: { ended: 4, recovered: 2 } }));
    live.add(snapshot(1, 2, { retries: { ended: 2, recovered: 1 } }));
    expect(live.read()).toMatchObject({ waiting: 1, retries: { ended: 6, recovered: 3 } });
    expect(createLiveFigures(plan).read()).not.toHaveProperty("retries");
  });

  it("add up what the generators tell of a background, which one without devices of it does not", () => {
    const live = createLiveFigures(plan);
    live.add(snapshot(0, 1, { background: { connected: 5, lost: 1, acknowledged: 20, timedOut: 2 } }));
    live.add(snapshot(1, 1));
    expect(live.read().background).toEqual({ connected: 5, lost: 1, acknowledged: 20, timedOut: 2 });
    live.add(
      snapshot(1, 2, {
        stage: { kind: "before" },
        background: { connected: 3, lost: 0, acknowledged: 1, timedOut: 0 },
      }),
    );
    expect(live.read()).toMatchObject({
      stageText: "the background connects and is measured before the load",
      background: { connected: 8, lost: 1, acknowledged: 21, timedOut: 2 },
    });
  });

  it("add generators up, and rates from their latest two snapshots", () => {
    const live = createLiveFigures(plan);
    for (const second of [1, 2, 3]) for (const generator of [0, 1]) live.add(snapshot(generator, second));
    expect(live.read()).toMatchObject({
      at: 3_000_000,
      stageText: "load: warm (1 of 2)",
      planned: 60,
      started: 54,
      inFlight: 4,
      outcomes: { provisioned: 48 },
      rate: { planned: null, achieved: 18 },
    });
    live.add(snapshot(0, 4, { stage: { kind: "load", phase: 1 } }));
    expect(live.read().stage).toEqual({ kind: "load", phase: 0 });
    live.add(snapshot(1, 4, { stage: { kind: "load", phase: 1 } }));
    expect(live.read()).toMatchObject({ stageText: "load: steady (2 of 2)", rate: { planned: 20 } });
  });

  it("count nothing as going on of a generator that is silent, and say since when its machine is", () => {
    const machines = [
      { name: "left", shards: [0] },
      { name: "right", shards: [1] },
    ];
    const live = createLiveFigures(plan, machines);
    for (const second of [1, 2]) for (const generator of [0, 1]) live.add(snapshot(generator, second));
    for (const second of [3, 4, 5, 6, 7]) live.add(snapshot(0, second, { stage: { kind: "load", phase: 1 } }));
    expect(live.read()).toMatchObject({ stage: { phase: 0 }, inFlight: 4, rate: { achieved: 18 } });
    live.add(snapshot(0, 8, { stage: { kind: "load", phase: 1 } }));
    const figures = live.read();
    expect(figures).toMatchObject({ stage: { phase: 1 }, started: 90, inFlight: 2, rate: { achieved: 9 } });
    expect(figures.machines?.map(({ name, silent }) => [name, silent])).toEqual([
      ["left", undefined],
      ["right", 6_000_000],
    ]);
    expect(machineTexts(figures)).toContain("right silent for 6 s");
  });

  it("do not take one for silent that has ended", () => {
    const live = createLiveFigures(plan, [{ name: "left", shards: [0] }]);
    live.add(snapshot(0, 1, { stage: { kind: "done" } }));
    live.add(snapshot(1, 9, { stage: { kind: "done" } }));
    expect(live.read().machines?.[0]?.silent).toBeUndefined();
  });

  it("take quantiles of the last second from the latest of each generator, of the run from all", () => {
    const live = createLiveFigures(plan);
    live.add(snapshot(0, 1, { roundTrips: roundTrips(1_000, 1_000, 1_000) }));
    live.add(snapshot(0, 2, { roundTrips: roundTrips(2_000) }));
    live.add(snapshot(1, 2, { roundTrips: roundTrips(2_001) }));
    const { lastSecond, run } = live.read();
    expect(lastSecond).toEqual({ p50: 2_000, p95: 2_001, p99: 2_001 });
    expect(run).toEqual({ p50: 1_000, p95: 2_001, p99: 2_001 });
    live.add(snapshot(0, 3));
    live.add(snapshot(1, 3));
    expect(live.read().lastSecond.p50).toBeNull();
  });

  it("name the generator that is worst off", () => {
    const health = {
      at: us(1e6),
      phase: 0,
      eventLoopUtilisation: 0.5,
      eventLoopDelayP99: us(50),
      latenessP99: us(0),
      started: 1,
      planned: 1,
      gcPause: us(0),
      cpuShare: 0.5,
      residentBytes: 1,
      inFlight: 0,
      localErrors: 0,
    };
    const live = createLiveFigures(plan);
    live.add(snapshot(0, 1, { health }));
    expect(live.read().health.grade).toBe("valid");
    live.add(snapshot(1, 1, { health: { ...health, eventLoopUtilisation: 0.85 } }));
    expect(live.read().health).toEqual({
      grade: "degraded",
      worst: "generator 1: event loop 85 % busy, delay 50 us",
    });
    live.add(snapshot(0, 2, { health: { ...health, latenessP99: us(60_000) } }));
    expect(live.read().health).toMatchObject({ grade: "void", worst: expect.stringContaining("generator 0") });
  });

  it("know that a generator that is gone does nothing any more, and keep what it has counted", () => {
    const live = createLiveFigures(plan, [
      { name: "goes", shards: [0] },
      { name: "stays", shards: [1] },
    ]);
    for (const second of [1, 2]) {
      live.add(snapshot(0, second, { roundTrips: roundTrips(9_000), held: 3, waiting: 1 }));
      live.add(snapshot(1, second, { roundTrips: roundTrips(1_000) }));
    }
    expect(live.read()).toMatchObject({ inFlight: 4, held: 3, waiting: 1, rate: { achieved: 18 } });
    live.lose(0);
    live.add(snapshot(1, 3, { stage: { kind: "roll-call" }, roundTrips: roundTrips(1_000) }));
    const figures = live.read();
    expect(figures).toMatchObject({
      stageText: "roll call",
      started: 18 + 27,
      outcomes: { provisioned: 16 + 24 },
      inFlight: 2,
      held: 0,
      rate: { achieved: 9 },
      lastSecond: { p99: 1_000 },
      machines: [
        { name: "goes", lost: "all", achieved: 0, lastSecond: { p50: null } },
        { name: "stays", lost: "none", achieved: 9 },
      ],
    });
    expect(figures).not.toHaveProperty("waiting");
    expect(machineTexts(figures)).toEqual(["goes: lost", "stays 9.00/s, p50 1.00 ms, valid"]);
  });

  it("say of a machine that some of its generators are gone, and where all are, where the run was", () => {
    const live = createLiveFigures(plan, [{ name: "both", shards: [0, 1] }]);
    for (const generator of [0, 1]) live.add(snapshot(generator, 1));
    live.lose(1);
    expect(machineTexts(live.read())).toEqual(["both 9.00/s, valid, a generator of it lost"]);
    live.lose(0);
    expect(live.read()).toMatchObject({ stageText: "load: warm (1 of 2)", inFlight: 0, rate: { achieved: 0 } });
    expect(machineTexts(live.read())).toEqual(["both: lost"]);
  });

  it("say how long the stage will take: by the plan's rate, else by its pace, a hold by the clock", () => {
    const live = createLiveFigures(plan);
    const remaining = (changes: Partial<Snapshot>, second: number): number | null => {
      live.add(snapshot(0, second, changes));
      return live.read().remaining;
    };
    const ended = (provisioned: number): Snapshot["outcomes"] => ({ ...snapshot(0, 0).outcomes, provisioned });
    expect(remaining({ outcomes: ended(0) }, 0)).toBeNull();
    expect(remaining({ outcomes: ended(20) }, 1)).toBeNull();
    expect(remaining({ outcomes: ended(50) }, 2)).toBe(6_000_000);
    const constant: Partial<Snapshot> = { stage: { kind: "load", phase: 1 } };
    expect(remaining({ ...constant, outcomes: ended(300) }, 8)).toBe(2_000_000);
    const call: Partial<Snapshot> = { stage: { kind: "roll-call" }, outcomes: ended(500) };
    const connected = (count: number): Snapshot["verdicts"] => ({ connected: count, refused: 0, unreachable: 0 });
    expect(remaining({ ...call, verdicts: connected(0) }, 10)).toBeNull();
    expect(remaining({ ...call, verdicts: connected(400) }, 12)).toBe(500_000);
    expect(remaining({ stage: { kind: "hold" } }, 20)).toBe(30_000_000);
    expect(remaining({ stage: { kind: "hold" } }, 25)).toBe(25_000_000);
    expect(remaining({ stage: { kind: "done" } }, 60)).toBeNull();
  });
});
