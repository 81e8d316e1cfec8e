import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/model/entry.ts";
import type { Plan } from "../../../src/model/plan.ts";
import type { Summary } from "../../../src/model/summary.ts";
import { us } from "../../../src/model/units.ts";
import { foldRun } from "../../../src/summary/fold.ts";
import { pooledDelay } from "../../../src/summary/validity.ts";
import { called, failed, goodEntries, healthy, outcome, phase, replacing, samplePlan, writeRun } from "./sample-run.ts";

type Signal = Summary["validity"]["signals"][number];

async function signal(name: string, entries: readonly Entry[], plan: Plan = samplePlan()): Promise<Signal> {
  const { validity } = (await foldRun(await writeRun(plan, [{ entries }]))).summary;
  const found = validity.signals.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no signal ${name}`);
  return found;
}

/** Ten good seconds replaced by a hundred, of which some are not. */
function withWindows(...bad: readonly (readonly [count: number, utilisation: number, delay?: number])[]): Entry[] {
  const windows = bad.flatMap(([count, utilisation, delay = 100]) =>
    Array.from({ length: count }, () => healthy(1, { utilisation, delay })),
  );
  const good = Array.from({ length: 100 - windows.length }, () => healthy(1));
  return [...goodEntries().filter((entry) => entry.kind !== "health"), ...windows, ...good];
}

/** `count` devices start this much after they were due. */
function late(count: number, by: number): Entry[] {
  const outcomes = Array.from({ length: count }, (_, i) => outcome(90 - i, { started: us((90 - i) * 100_000 + by) }));
  return [...replacing(goodEntries(), ...outcomes), ...Array.from({ length: count }, (_, i) => called(90 - i))];
}

function dropped(count: number): Entry[] {
  return replacing(
    goodEntries(),
    ...Array.from({ length: count }, (_, i) =>
      outcome(50 + i, { started: undefined, marks: {}, result: { state: "dropped", reason: "in-flight-cap" } }),
    ),
  );
}

describe("each generator", () => {
  it("is graded by itself, whatever the others did", async () => {
    const of = (index: number, utilisation: number): Entry[] => [
      ...goodEntries().filter((entry) => entry.kind === "outcome" && entry.outcome.seq % 2 === index),
      ...Array.from({ length: 10 }, (_, second) => healthy(second + 1, { utilisation })),
    ];
    const plan = samplePlan({ generators: 2, rollCall: { ...samplePlan().rollCall, when: "off" } });
    const run = await writeRun(plan, [{ entries: of(0, 0.1) }, { entries: of(1, 0.99) }]);
    const { grade, generators } = (await foldRun(run)).summary.validity;
    expect(grade).toBe("void");
    expect(generators.map((each) => [each.generator, each.grade])).toEqual([
      [0, "valid"],
      [1, "void"],
    ]);
    expect(generators[1]?.signals.map((each) => [each.name, each.grade])).toEqual([
      ["event-loop utilisation", "void"],
      ["event-loop delay p99", "valid"],
      ["schedule lateness p99", "valid"],
      ["achieved over planned rate", "valid"],
      ["local errors", "valid"],
    ]);
    expect(generators[0]?.signals[0]?.measured).toMatch(/^generator 0, 10 windows: 0 % above 0.80/);
  });
});

describe("the event loop's delay", () => {
  it("is held against the p50 of all measured phases, and says so where there are several", async () => {
    const name = "event-loop delay p99";
    expect((await signal(name, goodEntries())).measured).toMatch(/% of round trip p50 [\d.]+ ms$/);
    const plan = samplePlan({ phases: [phase(0, 50, { name: "a" }), phase(50, 50, { name: "b" })] });
    const entries = goodEntries().map((entry) =>
      entry.kind === "outcome" && entry.outcome.seq >= 50
        ? { ...entry, outcome: { ...entry.outcome, phase: 1 } }
        : entry,
    );
    expect((await signal(name, entries, plan)).measured).toMatch(
      /% of round trip p50 of 2 phases together, [\d.]+ ms$/,
    );
  });
});

describe("one of ten generators that does not keep up", () => {
  const plan = samplePlan({ generators: 10, rollCall: { ...samplePlan().rollCall, when: "off" } });
  const run = async (late: (seq: number) => Entry): Promise<Summary["validity"]> => {
    const shards = Array.from({ length: 10 }, (_, index) => {
      const seqs = Array.from({ length: 10 }, (_, i) => i * 10 + index);
      const outcomes = seqs.map((seq) => (index === 3 ? late(seq) : outcome(seq)));
      return { entries: [...outcomes, healthy(1)] };
    });
    return (await foldRun(await writeRun(plan, shards))).summary.validity;
  };

  it("is found by the lateness of its own arrivals, against the gap of all", async () => {
    const { grade, signals, generators } = await run((seq) =>
      outcome(seq, seq === 93 ? { started: us(seq * 100_000 + 600_000) } : {}),
    );
    expect(grade).toBe("void");
    expect(signals.find(({ name }) => name === "schedule lateness p99")).toMatchObject({
      grade: "void",
      measured: "steady, generator 3: 600 ms, 6 times 100 ms",
    });
    expect(generators.filter((each) => each.grade === "void").map(({ generator }) => generator)).toEqual([3]);
  });

  it("is found by what it did not start", async () => {
    const { signals } = await run((seq) =>
      outcome(
        seq,
        seq === 53 ? { started: undefined, marks: {}, result: { state: "dropped", reason: "in-flight-cap" } } : {},
      ),
    );
    expect(signals.find(({ name }) => name === "achieved over planned rate")).toMatchObject({
      grade: "void",
      measured: "steady, generator 3: 90 %, 9 of 10 in 9 s instead of 9 s",
    });
  });

  it("is told how many of its own devices met a local error", async () => {
    const { generators } = await run((seq) => (seq === 53 ? failed(seq, "local-limit") : outcome(seq)));
    expect(generators[3]?.signals.at(-1)?.measured).toBe("1, 10 % of the devices started");
  });
});

describe("event-loop utilisation", () => {
  it.each([
    ["valid", 5, 0.81],
    ["degraded", 6, 0.81],
    ["degraded", 20, 0.96],
    ["void", 21, 0.96],
  ] as const)("is %s with %i %% of windows at %d", async (grade, count, level) => {
    expect((await signal("event-loop utilisation", withWindows([count, level]))).grade).toBe(grade);
  });

  it("is told with what was measured and both limits, in words", async () => {
    expect(await signal("event-loop utilisation", withWindows([2, 0.9], [1, 0.99]))).toEqual({
      name: "event-loop utilisation",
      grade: "valid",
      measured: "generator 0, 100 windows: 3 % above 0.80, 1 % above 0.95",
      degradedAbove: "above 0.80 in 5 % of windows",
      voidAbove: "above 0.95 in 20 % of windows",
    });
  });

  it("that nobody measured is degraded", async () => {
    const none = goodEntries().filter((entry) => entry.kind !== "health");
    expect(await signal("event-loop utilisation", none)).toMatchObject({
      grade: "degraded",
      measured: "generator 0: not one whole second measured",
    });
  });
});

describe("event-loop delay against a round trip p50 of 10 ms", () => {
  it.each([
    ["valid", 900],
    ["degraded", 1_100],
    ["void", 5_100],
  ] as const)("is %s at %i us in every window", async (grade, delay) => {
    expect((await signal("event-loop delay p99", withWindows([100, 0.1, delay]))).grade).toBe(grade);
  });

  it("is void after one blockage of 2 s in 100", async () => {
    const row = await signal("event-loop delay p99", withWindows([1, 1, 1_980_000]));
    expect(row).toMatchObject({
      grade: "void",
      measured: "generator 0: 990 ms, 9,900 % of round trip p50 10 ms",
    });
  });
});

describe("pooled delay", () => {
  it("of equal windows is theirs, of none nothing", () => {
    expect(pooledDelay([700, 700, 700])).toBe(700);
    expect(pooledDelay([])).toBe(0);
  });

  it("is that value which the modelled tails pass in 1 % of the time", () => {
    const delays = [1_000, 1_000, 20_000, 400_000, 1_000];
    const x = pooledDelay(delays);
    const share = delays.reduce((sum, delay) => sum + Math.max(0, delay + 10_000 - x) / 1_000_000, 0) / delays.length;
    expect(share).toBeCloseTo(0.01, 5);
  });
});

describe("schedule lateness at 10/s", () => {
  it.each([
    ["valid", 90_000],
    ["degraded", 110_000],
    ["void", 510_000],
  ] as const)("is %s at %i us for 2 %% of devices", async (grade, by) => {
    expect((await signal("schedule lateness p99", late(2, by))).grade).toBe(grade);
  });

  it("of one device in a hundred is not p99", async () => {
    expect((await signal("schedule lateness p99", late(1, 900_000))).grade).toBe("valid");
  });

  it("does not exist under closed load and for a burst, whose start is told instead", async () => {
    const closed = samplePlan({ phases: [phase(0, 100, { shape: { kind: "closed", concurrency: 1 } })] });
    const burst = samplePlan({ phases: [phase(0, 100, { shape: { kind: "burst" } })] });
    for (const plan of [closed, burst]) {
      expect(await signal("schedule lateness p99", late(9, 900_000), plan)).toMatchObject({
        grade: "valid",
        measured: "no arrivals at a declared rate",
      });
    }
    const { validity } = (await foldRun(await writeRun(burst, [{ entries: goodEntries() }]))).summary;
    expect(validity.warnings).toEqual(["steady: the burst of 100 devices took 9.9 s to start."]);
    const achieved = validity.signals.find(({ name }) => name === "achieved over planned rate");
    expect(achieved?.measured).toBe(
      "steady: 100 %, 100 of 100, 9.9 s from first to last, which is not judged: a burst is planned for one instant",
    );
  });
});

describe("achieved rate", () => {
  it.each([
    ["valid", 1],
    ["degraded", 2],
    ["void", 6],
  ] as const)("is %s with %i of 100 dropped by the cap", async (grade, count) => {
    expect((await signal("achieved over planned rate", dropped(count))).grade).toBe(grade);
  });

  it("falls when the same starts take longer", async () => {
    const slow = goodEntries().map((entry): Entry => {
      if (entry.kind !== "outcome") return entry;
      return { ...entry, outcome: { ...entry.outcome, started: us(entry.outcome.intended * 1.02) } };
    });
    expect(await signal("achieved over planned rate", slow)).toMatchObject({
      grade: "degraded",
      measured: "steady: 98 %, 100 of 100 in 10.1 s instead of 9.9 s",
    });
  });
});

it("calls any error of this machine degraded, and more than one in a thousand void", async () => {
  expect(await signal("local errors", goodEntries())).toMatchObject({ grade: "valid", measured: "none" });
  const one = replacing(goodEntries(), failed(3, "local-limit", { waited: 10 }));
  expect(await signal("local errors", one)).toMatchObject({ grade: "void", measured: "1, 1 % of the devices started" });
});

it("judges the worst generator, and a void one makes exit 5 with the reason in words", async () => {
  const half = (which: number): Entry[] =>
    goodEntries().filter((entry) => {
      if (entry.kind === "health") return false;
      if (entry.kind === "claimed") return true;
      const of = entry.kind === "outcome" ? entry.outcome.seq : entry.kind === "issued" ? entry.seq : undefined;
      return (of ?? (entry.kind === "roll-call" ? entry.entry.seq : 0)) % 2 === which;
    });
  const folder = await writeRun(samplePlan({ generators: 2 }), [
    { entries: [...half(0), healthy(1), healthy(2)] },
    { entries: [...half(1), healthy(1, { utilisation: 0.99 }), healthy(2)] },
  ]);
  const { validity, verdict } = (await foldRun(folder)).summary;
  expect(validity.grade).toBe("void");
  expect(verdict).toMatchObject({ exitCode: 5, passed: false });
  expect(verdict.reasons).toEqual([
    "the generator was not fit to measure: event-loop utilisation: generator 1, 2 windows: 50 % above 0.80, 50 % above 0.95 (void: above 0.95 in 20 % of windows)",
  ]);
});
