import { describe, expect, it } from "vitest";
import { us, usFromSeconds } from "../../../src/model/units.ts";
import type { MetricReading, WatchRecord } from "../../../src/model/watch.ts";
import { watchSummarySchema } from "../../../src/record/watch-schema.ts";
import { watchOf } from "../../../src/summary/watch.ts";

const ZERO = Date.parse("2026-11-29T00:00:00.000Z");
const when = (second: number): string => new Date(ZERO + second * 1_000).toISOString();
const COST = { took: us(2_000), requests: 1, bytes: 1_000 };

const begin: WatchRecord = {
  version: 1,
  kind: "begin",
  at: when(-1),
  every: usFromSeconds(5),
  sources: ["systemInfo", "http://dead"],
};
const look = (second: number, values: readonly MetricReading[], service = "n1", more = {}): WatchRecord => ({
  version: 1,
  kind: "look",
  at: when(second),
  source: "systemInfo",
  ...COST,
  services: [{ service, type: "TB_CORE", processors: 4, values }],
  leftOut: 0,
  ...more,
});
const gap = (second: number): WatchRecord => ({
  version: 1,
  kind: "gap",
  at: when(second),
  source: "http://dead",
  ...COST,
  why: "nobody",
});

const summary = (records: readonly WatchRecord[] | undefined, seconds = 20) =>
  watchOf(records, { startedAt: when(0), duration: usFromSeconds(seconds) });
const cpu = (value: number): MetricReading => ({ metric: "cpu", value });

describe("the watch of a run", () => {
  it("is absent where nobody looked", () => expect(summary(undefined)).toBeUndefined());

  it("counts what was asked when the run ended, and takes it for neither a look nor a gap", () => {
    const cut: WatchRecord = { version: 1, kind: "cut", at: when(19), source: "http://dead", ...COST, bytes: 0 };
    expect(summary([begin, cut])?.sources[1]).toMatchObject({
      looks: 0,
      gaps: 0,
      firstGap: null,
      requests: 1,
      took: null,
    });
  });

  it("has median and most by service, and what asking cost", () => {
    const found = summary([begin, look(0, [cpu(0.2)]), gap(1), look(5, [cpu(0.6)]), gap(6), look(10, [cpu(0.3)])]);
    expect(found?.services).toEqual([
      {
        service: "n1",
        source: "systemInfo",
        type: "TB_CORE",
        processors: 4,
        memoryBytes: null,
        diskBytes: null,
        metrics: [{ metric: "cpu", unit: "share", samples: 3, median: 0.3, most: 0.6 }],
      },
    ]);
    expect(found?.sources).toEqual([
      {
        source: "systemInfo",
        looks: 3,
        gaps: 0,
        firstGap: null,
        requests: 3,
        bytes: 3_000,
        took: { median: 2_000, most: 2_000 },
      },
      {
        source: "http://dead",
        looks: 2,
        gaps: 2,
        firstGap: { at: 1_000_000, why: "nobody" },
        requests: 2,
        bytes: 2_000,
        took: null,
      },
    ]);
    expect(found?.course).toEqual({
      step: 5,
      windows: 4,
      lines: [{ service: "n1", metric: "cpu", unit: "share", values: [0.2, 0.6, 0.3, null] }],
    });
    expect(watchSummarySchema.parse(found)).toEqual(found);
  });

  it("has nothing of before the run among its figures", () => {
    const found = summary([begin, look(-0.5, [cpu(0.9)]), look(5, [cpu(0.1)])]);
    expect(found?.services[0]?.metrics).toEqual([{ metric: "cpu", unit: "share", samples: 1, median: 0.1, most: 0.1 }]);
  });

  it("gives counters as rates between two looks, none over a gap or where one was started anew", () => {
    const total = (value: number): MetricReading => ({ metric: "m_total", value, counter: true });
    const looks = [
      [-1, 100],
      [4, 600],
      [9, 650],
      [14, 20],
      [19, 120],
      [40, 900],
    ] as const;
    const found = summary([begin, ...looks.map(([second, value]) => look(second, [total(value)]))], 50);
    const [metric] = found?.services[0]?.metrics ?? [];
    expect(metric).toEqual({ metric: "m_total", unit: "per-second", samples: 3, median: 20, most: 100 });
    expect(found?.course.lines[0]?.values.slice(0, 5)).toEqual([100, 10, null, 20, null]);
  });

  it.each([
    ["process_cpu_usage", false, "share"],
    ['jvm_memory_used_bytes{area="heap"}', false, "bytes"],
    ["hikaricp_connections_active", false, "number"],
    ["jvm_gc_pause_seconds_sum", true, "busy"],
    ["core_total{}", true, "per-second"],
  ] as const)("%s has a unit", (metric, counter, unit) => {
    const reading = (value: number): MetricReading => (counter ? { metric, value, counter } : { metric, value });
    const found = summary([begin, look(0, [reading(1)]), look(5, [reading(2)])]);
    expect(found?.services[0]?.metrics[0]?.unit).toBe(unit);
  });

  it("is bounded, whatever names a server makes up, and for how long a run lasts", () => {
    const many = Array.from({ length: 300 }, (_, index) => look(index, [cpu(0.1)], `s${index}`, { leftOut: 7 }));
    const found = summary([begin, ...many], 100_000);
    expect(found?.services).toHaveLength(50);
    expect(found?.servicesLeftOut).toBe(257);
    expect(found?.course.windows).toBe(240);
  });
});
