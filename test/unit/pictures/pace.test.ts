import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TimelineSpan } from "../../../src/model/timeline.ts";
import { paceOf } from "../../../src/pictures/pace.ts";
import { type MadePhase, madeTimeline } from "../../support/timelines.ts";

function paceOfOne(phase: Partial<MadePhase>) {
  const timeline = madeTimeline([{ name: "load", from: 0, seconds: 60, rate: () => 100, ...phase }]);
  return paceOf(timeline, timeline.spans[0] as TimelineSpan);
}

describe("how a target kept up", () => {
  it("kept up with a constant rate, however slow it is", () => {
    for (const roundTripMs of [5, 500, 8_000]) {
      expect(paceOfOne({ roundTripMs })).toMatchObject({ kind: "kept-up" });
    }
  });

  it("kept up although it said no, or let some wait in vain", () => {
    expect(paceOfOne({ rejected: 30 })).toMatchObject({ kind: "kept-up" });
  });

  it("is saturated where fewer are answered than planned", () => {
    const pace = paceOfOne({ capacity: 80 });
    expect(pace).toMatchObject({ kind: "saturated", rising: false });
    if (pace.kind !== "saturated") return;
    expect(pace.at).toBeCloseTo(100, -1);
    expect(pace.answered).toBeGreaterThan(76);
    expect(pace.answered).toBeLessThan(84);
  });

  it("names the rate at which a ramp broke it, wherever its capacity lies", () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 220 }), (capacity) => {
        const pace = paceOfOne({ rate: (at) => 10 + 4 * at, capacity, seconds: 70 });
        expect(pace).toMatchObject({ kind: "saturated", rising: true });
        if (pace.kind !== "saturated") return;
        expect(pace.at).toBeGreaterThan(capacity * 0.85);
        expect(pace.at).toBeLessThan(capacity * 1.2);
        expect(pace.answered).toBeGreaterThan(capacity * 0.93);
        expect(pace.answered).toBeLessThan(capacity * 1.07);
      }),
      { numRuns: 20 },
    );
  });

  it("is not broken by a ramp that it can carry, though its answers come later than they are asked for", () => {
    expect(paceOfOne({ rate: (at) => 10 + 4 * at, roundTripMs: 3_000 })).toMatchObject({ kind: "kept-up" });
  });

  it("is not known of a moment, and has no plan under closed load", () => {
    expect(paceOfOne({ seconds: 2 })).toEqual({ kind: "unknown" });
    expect(paceOfOne({ open: false })).toMatchObject({ kind: "closed" });
  });

  it("is that of the phase alone, though the next one begins in the second in which it ends", () => {
    const timeline = madeTimeline([
      { name: "before", from: 0, seconds: 9.6, rate: () => 200 },
      { name: "ramp", from: 9.7, seconds: 40, rate: (at) => 10 + 8 * at, capacity: 150 },
      { name: "burst", from: 73.4, seconds: 10, rate: () => 100, open: false },
    ]);
    const [before, ramp, burst] = timeline.spans.map((span, index) => ({ ...span, to: index === 1 ? 73.3 : span.to }));
    const of = (span: TimelineSpan | undefined) =>
      span && paceOf({ ...timeline, spans: [before, ramp, burst].flatMap((each) => each ?? []) }, span);
    expect(of(before)).toMatchObject({ kind: "kept-up" });
    const pace = of(ramp);
    expect(pace).toMatchObject({ kind: "saturated", rising: true });
    const at = pace?.kind === "saturated" ? pace.at : 0;
    expect([at > 145, at < 168]).toEqual([true, true]);
  });
});
