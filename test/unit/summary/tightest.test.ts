import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/model/entry.ts";
import type { HealthSample } from "../../../src/model/health.ts";
import type { Tightest } from "../../../src/model/summary.ts";
import { us } from "../../../src/model/units.ts";
import { foldRun } from "../../../src/summary/fold.ts";
import { goodEntries, healthy, samplePlan, writeRun } from "./sample-run.ts";

const OF = { openFilesLimit: 1_000, ports: 28_000 };

async function tightestOf(...samples: readonly Partial<HealthSample>[]): Promise<Tightest> {
  const seconds = samples.map((sample, index) => healthy(index + 1, { sample }));
  const entries: Entry[] = [...goodEntries().filter(({ kind }) => kind !== "health"), ...seconds];
  return (await foldRun(await writeRun(samplePlan(), [{ entries }]))).summary.validity.tightest;
}

describe("the tightest second", () => {
  it("is found figure by figure, also where no phase is under way: held sessions are open files too", async () => {
    const calm = { cpuShare: 0.1, gcPause: us(0), residentBytes: 50 };
    const found = await tightestOf(
      { ...calm, gcPause: us(900), resources: { ...OF, openFiles: 40, freePorts: 27_000 } },
      { ...calm, cpuShare: 0.7, resources: { ...OF, openFiles: 30, freePorts: 26_500 } },
      { ...calm, phase: -1, residentBytes: 70, resources: { ...OF, openFiles: 800, freePorts: 27_500 } },
    );
    expect(found).toEqual({
      cpuShare: 0.7,
      gcPause: 900,
      residentBytes: 70,
      openFiles: { most: 800, of: 1_000 },
      freePorts: { least: 26_500, of: 28_000 },
    });
  });

  it("is unknown where the system does not tell", async () => {
    const found = await tightestOf({ resources: { ...OF, openFiles: null, freePorts: null } });
    expect(found).toMatchObject({ cpuShare: 0.1, openFiles: null, freePorts: null });
  });

  it("is unknown in a journal that is older than the figures", async () => {
    const old = healthy(1);
    if (old.kind !== "health") throw new Error("not a health sample");
    const { resources: _, ...sample } = old.sample;
    const entries: Entry[] = [...goodEntries().filter(({ kind }) => kind !== "health"), { kind: "health", sample }];
    const { validity } = (await foldRun(await writeRun(samplePlan(), [{ entries }]))).summary;
    expect(validity.tightest).toMatchObject({ cpuShare: 0.1, openFiles: null, freePorts: null });
  });
});
