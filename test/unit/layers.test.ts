import { describe, expect, it } from "vitest";
import { LAYERS, turnOf } from "../support/layers.ts";

describe("the layers of tests", () => {
  it("are in one group only if as many files of each run at once, or vitest runs none on three processors", () => {
    const groups = Map.groupBy(LAYERS.map(turnOf), ({ sequence }) => sequence.groupOrder);
    const kinds = [...groups.values()].map(
      (turns) => new Set(turns.map(({ fileParallelism }) => fileParallelism)).size,
    );
    expect(kinds).toEqual([1, 1]);
  });

  it.skipIf(process.env["VITEST_MODE"] === "WATCH")(
    "have files that Node finds again in what it has kept compiled",
    () => {
      expect(import.meta.url).toMatch(/\/layers\.test\.ts$/);
    },
  );
});
