import { describe, expect, it } from "vitest";
import { filterHistory } from "../../../src/history/filter.ts";
import { choosePruned } from "../../../src/history/prune-choice.ts";
import { renderText } from "../../../src/history/text.ts";
import { trendsOf } from "../../../src/history/trend.ts";
import { leftOutText, trendText } from "../../../src/history/wording.ts";
import { listedRun } from "../../support/history.ts";

const runs = (count: number, more: (index: number) => Parameters<typeof listedRun>[1] = () => ({})) =>
  Array.from({ length: count }, (_, index) => listedRun(index, more(index)));
const NOW = Date.UTC(2026, 0, 2);

describe("a trend", () => {
  it("names the run from which on a figure has another level, and by how much", () => {
    const slower = runs(24, (index) => (index < 15 ? {} : { p50: 13_000 + ((index * 7) % 5) * 100 }));
    const [trend] = trendsOf(slower.toReversed());
    expect(trend?.changes).toMatchObject([{ figure: "p50", run: slower[15]?.id }]);
    expect(trend && trendText(trend)).toBe(
      "round trip p50: 10.2 ms before, 13.2 ms from run 10000f on (2026-01-01 15:00, +29 %, p = 0.0010)",
    );
  });

  it("calls no change of less than compare calls, however regular", () => {
    const [trend] = trendsOf(runs(24, (index) => (index < 12 ? { p50: 10_000 } : { p50: 10_300 })));
    expect(trend && trendText(trend)).toBe("no change in 24 runs");
  });

  it("finds two changes, each against its neighbours", () => {
    const [trend] = trendsOf(
      runs(60, (index) => ({ p50: (index < 20 ? 10_000 : index < 40 ? 20_000 : 10_000) + (index % 3) })),
    );
    expect(trend?.changes.map(({ before, since }) => [before, since])).toEqual([
      [10_001, 20_001],
      [20_001, 10_001],
    ]);
  });

  it("shows void and broken runs and tells nothing from them", () => {
    const [trend] = trendsOf(runs(20, (index) => (index < 9 ? { verdict: "void", p50: 90_000 } : {})));
    expect(trend).toMatchObject({ counted: 11, changes: [] });
    expect(trend && trendText(trend)).toBe("11 runs that count: 14 or more can tell a change");
    expect(trend && leftOutText(trend)).toBe("9 runs shown and left out: void, or not complete");
  });

  it("is of one plan against one target; all simulators are one", () => {
    const mixed = [
      ...runs(2),
      ...runs(2, () => ({ planHash: "11" })),
      ...runs(3, (index) => ({ simulated: true, target: `mqtt://127.0.0.1:${index}` })),
    ];
    expect(
      trendsOf(mixed)
        .map(({ runs: of }) => of.length)
        .toSorted((a, b) => a - b),
    ).toEqual([2, 2, 3]);
  });
});

describe("a filter", () => {
  const all = [
    listedRun(0, { labels: { build: "4.3.1" }, target: "mqtts://a:1" }),
    listedRun(1, { labels: { build: "4.3.2" }, verdict: "void", release: null }),
    listedRun(2, { scenario: "Burst", release: "3.6.4" }),
  ];
  it.each([
    [{ label: ["build"] }, [0, 1]],
    [{ label: ["build=4.3.1"] }, [0]],
    [{ label: ["constructor"] }, []],
    [{ scenario: "burst" }, [2]],
    [{ target: "mqtts" }, [0]],
    [{ verdict: ["void" as const] }, [1]],
    [{ release: "3.6" }, [2]],
    [{ since: "23h" }, [1, 2]],
    [{ since: "2026-01-01T01:30:00Z" }, [2]],
    [{ until: "2026-01-01T00:30:00Z" }, [0]],
  ])("%j leaves %j", (filter, left) => {
    expect(filterHistory(all, filter, NOW)).toEqual(left.map((index) => all[index]));
  });

  it("says what a time looks like", () => {
    expect(() => filterHistory(all, { since: "yesterday" }, NOW)).toThrow(expect.objectContaining({ code: "usage" }));
  });
});

describe("what may go", () => {
  const old = runs(6, (index) => ({
    labels: index % 2 === 0 ? { tmp: "yes" } : {},
    scenario: index < 4 ? "peak" : "burst",
  }));
  const paths = (criteria: Partial<Parameters<typeof choosePruned>[1]>) =>
    choosePruned(old, { label: [], ...criteria }, NOW).map(({ startedAt }) => Number(startedAt.slice(11, 13)));

  it("is what meets every criterion, the oldest first", () => {
    expect(paths({ olderThan: "22h" })).toEqual([0, 1]);
    expect(paths({ keep: 1 })).toEqual([0, 1, 2, 4]);
    expect(paths({ label: ["tmp=yes"] })).toEqual([0, 2, 4]);
    expect(paths({ label: ["tmp"], keep: 1, olderThan: "21h" })).toEqual([0, 2]);
  });

  it("is never a run under way, an upgrade check, or what has no time; a series goes with its runs", () => {
    const entries = [
      listedRun(0, { verdict: "running" }),
      { ...listedRun(1), startedAt: "" },
      listedRun(2, { series: "s" }),
      {
        kind: "repeat" as const,
        results: "/results",
        path: "s",
        startedAt: "2026-01-01T00:00:00.000Z",
        scenario: "x",
        headline: "",
      },
      {
        kind: "upgrade-check" as const,
        results: "/results",
        path: "u",
        startedAt: "2026-01-01T00:00:00.000Z",
        scenario: "x",
        headline: "",
      },
    ];
    expect(choosePruned(entries, { label: [], keep: 0 }, NOW)).toMatchObject([{ path: "s", runs: [{ series: "s" }] }]);
  });

  it("is never a part of an upgrade check: its second half needs the first", () => {
    const at = { results: "/results", startedAt: "2026-01-01T00:00:00.000Z", scenario: "x", headline: "" };
    const entries = [
      { ...at, kind: "upgrade-check" as const, path: "u" },
      { ...at, kind: "repeat" as const, path: "u/before" },
      listedRun(0, { series: "u/before" }),
      { ...at, kind: "repeat" as const, path: "u-other" },
      listedRun(1, { series: "u-other" }),
    ];
    expect(choosePruned(entries, { label: [], keep: 0 }, NOW).map(({ path }) => path)).toEqual(["u-other"]);
  });
});

it("is a table in which hostile texts stay texts", () => {
  const text = renderText([listedRun(0, { scenario: "\u001b[31mred", note: "n", labels: { a: "b" } })], [], {
    color: false,
    width: 100,
    shown: 5,
  });
  expect(text).not.toContain("\u001b");
  expect(text).toContain("a=b; n");
});
