import { describe, expect, it } from "vitest";
import { METER_BOUNDS } from "../../../src/model/device-meters.ts";
import type { Outcome } from "../../../src/model/outcome.ts";
import { seq, usFromMs } from "../../../src/model/units.ts";
import { createPhaseMeters } from "../../../src/record/phase-meters.ts";

function outcome(phase: number, result: Outcome["result"]): Outcome {
  return {
    seq: seq(0),
    name: "d",
    phase,
    intended: usFromMs(0),
    started: usFromMs(100),
    marks: { sent: usFromMs(150), answered: usFromMs(200) },
    ended: usFromMs(210),
    result,
    misbehaviour: undefined,
  };
}

const provisioned = { state: "provisioned", credentialsType: "ACCESS_TOKEN" } as const;
const refused = { state: "failed", kind: "connection-refused", detail: "", unknown: false } as const;
const bucketOf = (counts: readonly number[]) => METER_BOUNDS[counts.indexOf(1)];

describe("the counts for metrics", () => {
  it("are by phase, outcome and kind, with both clocks for those that were provisioned", () => {
    const meters = createPhaseMeters((phase) => phase === 1);
    meters.add(outcome(0, provisioned));
    meters.add(outcome(1, provisioned));
    meters.add(outcome(1, refused));
    meters.add(outcome(1, refused));
    const [closed, open] = meters.read();
    expect(open?.outcomes).toEqual([
      { state: "provisioned", kind: "", count: 1 },
      { state: "failed", kind: "connection-refused", count: 2 },
    ]);
    expect(bucketOf(open?.roundTrip.counts ?? [])).toBe(0.05);
    expect(bucketOf(open?.responseTime.counts ?? [])).toBe(0.2);
    expect(open?.responseTime.sum).toBeCloseTo(0.2);
    expect(closed?.responseTime.sum).toBe(0);
  });

  it("put what is above all bounds into the last bucket", () => {
    const meters = createPhaseMeters(() => false);
    meters.add({ ...outcome(0, provisioned), marks: { sent: usFromMs(0), answered: usFromMs(90_000) } });
    expect(meters.read()[0]?.roundTrip.counts.at(-1)).toBe(1);
  });
});
