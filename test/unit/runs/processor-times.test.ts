import { expect, it } from "vitest";
import { readProcessorTimes } from "../../../src/runs/machine/processor-times.ts";

it("reads all processors together, guests counted once and waiting for a disk as idle", () => {
  const stat = "cpu  100 20 30 1000 40 5 6 7 8 9\ncpu0 50 10 15 500 20 2 3 4 4 4\nintr 1\n";
  expect(readProcessorTimes(() => stat)).toEqual({ busy: 161, stolen: 7, all: 1_208 });
});

it("says nothing where the system does not", () => {
  expect(readProcessorTimes(() => "")).toBeUndefined();
});
