import { describe, expect, it } from "vitest";
import type { RepeatState, Side } from "../../../src/record/series-files.ts";
import { checkSame, nextSide } from "../../../src/runs/series/repeat-state.ts";

const begun = (targets: readonly string[], times: number): RepeatState => ({
  version: 1,
  scenario: "a.yaml",
  planHash: undefined,
  targets,
  times,
  runs: [],
});

function order(state: RepeatState): readonly Side[] {
  const side = nextSide(state);
  if (side === undefined) return state.runs.map((run) => run.side);
  return order({ ...state, runs: [...state.runs, { side, folder: "run" }] });
}

describe("the order of repeated runs", () => {
  it("is ABBA over two targets, each as often as asked", () => {
    expect(order(begun(["own", "b:1"], 4)).join(" ")).toBe(
      "base candidate candidate base base candidate candidate base",
    );
  });

  it.each([1, 2, 3, 5, 10])("gives both sides %i runs", (times) => {
    const sides = order(begun(["own", "b:1"], times));
    expect(sides.filter((side) => side === "base")).toHaveLength(times);
    expect(sides).toHaveLength(2 * times);
  });

  it("is one target again and again", () => {
    expect(order(begun(["own"], 3))).toEqual(["base", "base", "base"]);
  });
});

describe("resuming", () => {
  it("keeps the runs and takes the new number of them", () => {
    const old = { ...begun(["own"], 3), runs: [{ side: "base" as const, folder: "run" }] };
    expect(checkSame("f", old, begun(["own"], 9))).toEqual({ ...old, times: 9 });
  });

  it.each([
    ["nothing to resume", undefined, "no repeat.json"],
    ["another scenario", { ...begun(["own"], 3), scenario: "b.yaml" }, "it repeats b.yaml"],
    ["another target", begun(["own", "c:1"], 3), "its targets are own and c:1"],
  ])("refuses %s", (_, old, reason) => {
    expect(() => checkSame("f", old, begun(["own"], 3))).toThrow(reason);
  });
});
