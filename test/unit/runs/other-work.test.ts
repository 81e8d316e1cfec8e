import { describe, expect, it } from "vitest";
import type { ProcessorTimes } from "../../../src/record/health-probe.ts";
import { judgeProcessors } from "../../../src/runs/preflight/judge-processors.ts";
import { isBusy, otherWorkText, watchOtherWork } from "../../../src/runs/machine/other-work.ts";

/** A machine of two processors of which the readings are these, in order, each with the microseconds of this program and the time in milliseconds. */
function machine(...readings: readonly (readonly [times: ProcessorTimes | undefined, own: number, at: number])[]) {
  let at = 0;
  const slept: number[] = [];
  const now = () => readings[at] ?? readings.at(-1) ?? [undefined, 0, 0];
  const watch = watchOtherWork(
    () => now()[0],
    () => now()[1],
    () => now()[2],
  );
  const waits = { now: () => 0, sleep: async (ms: number) => void slept.push(ms) };
  return { watch, waits, slept, next: () => (at += 1) };
}

describe("other work", () => {
  it("is what the processors did since the beginning, without this program's own part", async () => {
    // 0.5 s of two processors are 100 ticks; of 80 that were busy, 20 were this program's 200 ms.
    const { watch, waits, slept, next } = machine(
      [{ busy: 1_000, stolen: 5, all: 5_000 }, 100_000, 0],
      [{ busy: 1_080, stolen: 10, all: 5_100 }, 300_000, 500],
    );
    next();
    expect(await watch.look(waits)).toEqual({ others: expect.closeTo(0.6), stolen: 0.05 });
    expect(slept).toEqual([]);
  });

  it("waits for a fifth of a second in all where it began just now", async () => {
    const { watch, waits, slept, next } = machine(
      [{ busy: 0, stolen: 0, all: 0 }, 0, 0],
      [{ busy: 4, stolen: 0, all: 40 }, 0, 50],
    );
    next();
    expect(await watch.look(waits)).toEqual({ others: 0.1, stolen: 0 });
    expect(slept).toEqual([150]);
  });

  it("begins anew after a run, whose generators were this program's own", async () => {
    const { watch, waits, next } = machine(
      [{ busy: 0, stolen: 0, all: 100 }, 0, 0],
      [{ busy: 900, stolen: 0, all: 1_100 }, 0, 5_000],
      [{ busy: 910, stolen: 0, all: 2_100 }, 0, 10_000],
    );
    next();
    watch.begin();
    next();
    expect(await watch.look(waits)).toEqual({ others: 0.01, stolen: 0 });
  });

  it.each<[string, ProcessorTimes | undefined, ProcessorTimes | undefined]>([
    ["is no Linux", undefined, undefined],
    ["stopped telling", { busy: 1, stolen: 0, all: 10 }, undefined],
    ["had no tick meanwhile", { busy: 1, stolen: 0, all: 10 }, { busy: 1, stolen: 0, all: 10 }],
  ])("is not known on a machine that %s", async (_, before, after) => {
    const { watch, waits, next } = machine([before, 0, 0], [after, 0, 500]);
    next();
    expect(await watch.look(waits)).toBeUndefined();
  });

  it("is never below nothing, where ticks are coarser than this program's time", async () => {
    const { watch, waits, next } = machine(
      [{ busy: 0, stolen: 0, all: 0 }, 0, 0],
      [{ busy: 20, stolen: 0, all: 100 }, 250_000, 500],
    );
    next();
    expect(await watch.look(waits)).toEqual({ others: 0, stolen: 0 });
  });

  it("is said in whole per cents, and is busy above a quarter", () => {
    expect(otherWorkText({ others: 0.6049, stolen: 0.001 })).toBe("other work has 60 % of the processors");
    expect(otherWorkText({ others: 0.2, stolen: 0.06 })).toBe(
      "other work has 20 % of the processors, and this machine's hypervisor 6 %",
    );
    expect([0.25, 0.26].map((others) => isBusy({ others, stolen: 0 }))).toEqual([false, true]);
    expect(isBusy({ others: 0.2, stolen: 0.06 })).toBe(true);
  });
});

describe("the processors before a load", () => {
  const idle = { others: 0.03, stolen: 0 };

  it("are nothing to speak of where they are enough and idle, or not known", () => {
    expect(judgeProcessors({ generators: 1, cores: 2, otherWork: idle })).toEqual([]);
    expect(judgeProcessors({ generators: 3, cores: 4, otherWork: undefined })).toEqual([]);
  });

  it("are called busy, with what to do", () => {
    expect(judgeProcessors({ generators: 1, cores: 2, otherWork: { others: 0.6, stolen: 0 } })).toEqual([
      {
        code: "busy",
        message: "This machine is busy: other work has 60 % of the processors. The run may be void.",
        hint: "Stop the other work, or run it where nothing else runs.",
      },
    ]);
  });

  it.each([
    [1, 1, "Use a machine with two processors or more; or send few devices a second."],
    [4, 4, "Set generators to 3, or auto."],
  ])("are too few for %d generators on %d", (generators, cores, hint) => {
    expect(judgeProcessors({ generators, cores, otherWork: idle })).toMatchObject([{ code: "cores", hint }]);
  });
});
