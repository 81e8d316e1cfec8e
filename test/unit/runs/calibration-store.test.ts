import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { createCalibrationStore } from "../../../src/runs/calibration/calibration-store.ts";
import { type Calibration, differencesOf, floorAt, type MeasuredOn } from "../../../src/model/calibration.ts";
import { us } from "../../../src/model/units.ts";
import { testFolder } from "../../support/temporary-folder.ts";

let folder = "";
beforeEach(() => {
  folder = testFolder();
});

const here: MeasuredOn = { cpu: "EPYC", cores: 2, node: "v24.1.0", rollcall: "0.1.0", generators: 1 };
const calibration = (at: string, measuredOn: MeasuredOn, planHash = "abc"): Calibration => ({
  version: 1,
  at,
  planHash,
  measuredOn,
  floor: {},
  startedRate: null,
});

describe("the calibration store", () => {
  it("gives that of this machine and runtime, else the newest of another, else none", async () => {
    const store = createCalibrationStore(join(folder, "not", "there", "yet"));
    expect(await store.find("abc", here)).toBeUndefined();
    await store.keep(calibration("2026-01-01", { ...here, node: "v24.0.0" }));
    await store.keep(calibration("2026-01-02", { ...here, cores: 8 }));
    expect(await store.find("abc", here)).toMatchObject({ at: "2026-01-02" });
    await store.keep(calibration("2025-12-31", here));
    expect(await store.find("abc", here)).toMatchObject({ at: "2025-12-31" });
    await store.keep(calibration("2026-01-03", here));
    expect(await store.find("abc", here)).toMatchObject({ at: "2026-01-03" });
    expect(await store.find("abd", here)).toBeUndefined();
  });

  it("passes over what is no calibration, and says where it cannot write", async () => {
    const store = createCalibrationStore(folder);
    await writeFile(await store.keep(calibration("2026-01-01", here)), "{");
    expect(await store.find("abc", here)).toBeUndefined();
    const file = join(folder, "file");
    await writeFile(file, "");
    await expect(createCalibrationStore(file).keep(calibration("", here))).rejects.toMatchObject({
      code: "calibration-not-kept",
    });
  });
});

describe("a floor", () => {
  it("is of the machine and runtime that it was measured on, and of no other", () => {
    expect(differencesOf(here, { ...here })).toEqual([]);
    expect(differencesOf(here, { ...here, client: "mqtt" })).toEqual([]);
    expect(differencesOf({ ...here, client: "mqtt" }, { ...here, client: "lean" })).toEqual([
      "client mqtt instead of lean",
    ]);
    expect(differencesOf({ ...here, node: "v24.2.0", generators: 4 }, here)).toEqual([
      "Node.js v24.2.0 instead of v24.1.0",
      "generators 4 instead of 1",
    ]);
  });

  it("of a quantile with too few samples is that of the next one below", () => {
    const floor = [
      { q: 0.5, value: us(300) },
      { q: 0.9, value: us(900) },
      { q: 0.99, value: null },
    ];
    expect([0.1, 0.5, 0.95, 0.99, 0.999].map((q) => floorAt(floor, q))).toEqual([null, 300, 900, 900, 900]);
    expect(floorAt(undefined, 0.5)).toBeNull();
  });
});
