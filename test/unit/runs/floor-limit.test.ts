import { describe, expect, it } from "vitest";
import type { Timeline } from "../../../src/model/timeline.ts";
import { busyOf, limitText } from "../../../src/runs/calibration/floor-limit.ts";

function timelineOf(...utilisations: readonly (readonly (number | null)[])[]): Timeline {
  const generators = utilisations.map((utilisation, generator) => ({
    generator,
    utilisation,
    cpuShare: [],
    delay: [],
    lateness: [],
  }));
  const counts = {} as Timeline["counts"];
  const empty = { spans: [], inFlight: [], held: [], failures: [], rejections: [], roundTrips: [], stages: [] };
  const heat = { from: 0, step: 1, bounds: [], counts: [] };
  return { from: 0, step: 1, ...empty, counts, heat, generators, generatorsLeftOut: 0 };
}

describe("what was the limit of a floor", () => {
  it("is the busiest generator's share of its windows, and the responder's of the same time", () => {
    expect(busyOf(timelineOf([0.2, 0.4, null], [0.9, 1, 0.8]), 1_500)).toEqual({
      generator: expect.closeTo(0.9, 6) as number,
      responder: 0.5,
    });
  });

  it("is not known where no generator told of a second", () => {
    expect(busyOf(timelineOf([null]), 300)).toBeUndefined();
  });

  it.each([
    [0.95, 0.6, "The generators were the limit"],
    [0.6, 0.95, "The responder was the limit"],
    [0.93, 0.95, "Both sides were at their limit"],
    [0.3, 0.2, "Neither side was at its limit"],
  ])("generator %d, responder %d: %s", (generator, responder, text) => {
    expect(limitText({ generator, responder })).toContain(text);
  });
});
