import { describe, expect, it } from "vitest";
import { commonFloor } from "../../../src/compare/floor.ts";
import { type Calibration, measuredOn } from "../../../src/model/calibration.ts";
import { us } from "../../../src/model/units.ts";
import { calibrationOf, calibrationWarnings } from "../../../src/summary/calibration.ts";
import { goodRun } from "../../support/summaries.ts";

const { run } = goodRun();
const real = { ...run, target: { ...run.target, simulated: false } };
const { machine } = real;
const own: Calibration = {
  version: 1,
  at: "2026-01-01T00:00:00.000Z",
  planHash: run.planHash,
  measuredOn: measuredOn(real),
  floor: { roundTrip: [{ q: 0.5, value: us(300) }] },
  startedRate: 900,
};

describe("calibration in the summary", () => {
  it("warns where there is none, and where it is of another machine; not of a simulated run", () => {
    expect(calibrationWarnings(undefined, real)).toEqual([expect.stringContaining("rollcall calibrate")]);
    expect(calibrationWarnings(calibrationOf(own, real), real)).toEqual([]);
    const other = { ...own, measuredOn: { ...own.measuredOn, cores: 64 } };
    expect(calibrationWarnings(calibrationOf(other, real), real)).toEqual([
      expect.stringContaining(`cores 64 instead of ${machine.cores}`),
    ]);
    const member = (name: string) => ({ ...real, name, host: name, cores: machine.cores, shards: [] });
    const crew = [member("left"), member("right")];
    expect(calibrationOf(own, real, crew)?.differences).toEqual([
      "machines 1 instead of 2",
      `cores ${machine.cores} instead of ${2 * machine.cores}`,
    ]);
    const theirs = { ...own, measuredOn: measuredOn(real, crew) };
    expect(calibrationOf(theirs, real, crew)?.differences).toEqual([]);
    expect(calibrationOf(theirs, real)?.differences).toHaveLength(2);
    expect(calibrationWarnings(undefined, { ...real, target: { ...real.target, simulated: true } })).toEqual([]);
  });
});

describe("the floor of a comparison", () => {
  const runWith = (value: number, differences: readonly string[] = []) => ({
    ...goodRun(),
    calibration: { at: own.at, floor: { roundTrip: [{ q: 0.5, value: us(value) }] }, differences },
  });

  it("is the greatest of its runs, and none unless every run has its own", () => {
    expect(commonFloor([runWith(300), runWith(500), runWith(400)])).toEqual([{ q: 0.5, value: 500 }]);
    expect(commonFloor([runWith(300), goodRun()])).toBeNull();
    expect(commonFloor([runWith(300), runWith(300, ["cores 1 instead of 2"])])).toBeNull();
    expect(commonFloor([])).toBeNull();
  });
});
