import { describe, expect, it } from "vitest";
import type { Plan } from "../../../src/model/plan.ts";
import { seq } from "../../../src/model/units.ts";
import { picturesOf } from "../../../src/pictures/pictures.ts";
import { createLiveTimeline } from "../../../src/summary/live-timeline.ts";
import { madeSnapshots } from "../../support/snapshots.ts";

const PLAN: Pick<Plan, "phases"> = {
  phases: [{ name: "steady", warmup: false, firstSeq: seq(0), devices: 1_000, shape: { kind: "constant", rate: 50 } }],
};
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe("a run over time while it goes on", () => {
  it("has what its generators told, second by second, and every picture", () => {
    const live = createLiveTimeline(PLAN);
    expect(live.read()).toBeUndefined();
    for (const snapshot of madeSnapshots(20, { rollCall: 4 })) live.add(snapshot);
    for (const snapshot of madeSnapshots(20, { rollCall: 4, generator: 1 })) live.add(snapshot);
    const read = live.read();
    expect(read?.timeline).toMatchObject({
      from: 0,
      step: 1,
      spans: [
        { name: "steady", to: 16 },
        { kind: "roll-call", from: 16, to: 20 },
      ],
    });
    const { counts, inFlight, rejections, roundTrips, generators } = read?.timeline ?? never();
    expect(counts.started.slice(0, 3)).toEqual([100, 100, 100]);
    expect(sum(counts.provisioned)).toBe(2 * 720);
    expect(sum(counts.connected)).toBe(400);
    expect(inFlight[0]).toBe(6);
    expect(rejections).toMatchObject([{ status: "FAILURE" }]);
    expect(generators).toHaveLength(2);
    // The 50th of 100 values between 18.0 and 18.98 ms is 18.5, within 1 %.
    for (const { p50, p99, max } of roundTrips) {
      expect(Math.abs((p50 ?? 0) / 18_480 - 1)).toBeLessThan(0.01);
      expect(Math.abs((p99 ?? 0) / 18_960 - 1)).toBeLessThan(0.01);
      expect(Math.abs(max / 18_980 - 1)).toBeLessThan(0.002);
    }
    const names = picturesOf({ ...(read ?? never()), floor: undefined, grade: "valid" }).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining(["rate", "round-trip", "heat-map", "in-flight", "failures", "stages", "roll-call"]),
    );
  });

  it("has the mean time of each stage in each window, of what ended in it; none where nothing did", () => {
    const live = createLiveTimeline(PLAN);
    const [first, second, third, ...calling] = madeSnapshots(5, { rollCall: 2 });
    for (const snapshot of [first, second, third, ...calling]) live.add(snapshot ?? never());
    expect(live.read()?.timeline.stages).toEqual([
      { stage: "connected", means: [400, 400, 400, null, null] },
      { stage: "accepted", means: [1_600, 1_600, 1_600, null, null] },
      { stage: "answered", means: [20_000, 20_000, 20_000, null, null] },
    ]);
    const earlier = createLiveTimeline(PLAN);
    for (const { stages: _, ...snapshot } of madeSnapshots(5)) earlier.add(snapshot);
    expect(earlier.read()?.timeline.stages).toEqual([]);
  });

  it("keeps its size however long the run is, and loses nothing", () => {
    const live = createLiveTimeline(PLAN);
    const seconds = 500;
    for (const snapshot of madeSnapshots(seconds, { rate: 10 })) live.add(snapshot);
    const { timeline } = live.read() ?? never();
    expect(timeline.step).toBe(4);
    expect(timeline.counts.started.length).toBeLessThanOrEqual(241);
    expect(sum(timeline.counts.started)).toBe(seconds * 10);
    expect(sum(timeline.heat.counts.flat())).toBe(seconds * 10);
    expect(timeline.heat.counts.length).toBeLessThanOrEqual(100);
  });
});

function never(): never {
  throw new Error("nothing was read");
}
