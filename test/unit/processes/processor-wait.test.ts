import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { openProcessorWait } from "../../../src/processes/processor-wait.ts";

const counted = ((): string | undefined => {
  try {
    return readFileSync("/proc/self/schedstat", "utf8");
  } catch {
    return undefined;
  }
})();

describe("the time without a processor", () => {
  it("is what the kernel counts of the main thread, or not known", () => {
    const waited = openProcessorWait();
    if (counted === undefined) {
      expect(waited).toBeUndefined();
      return;
    }
    const first = waited?.() ?? Number.NaN;
    const second = waited?.() ?? Number.NaN;
    expect(first).toBeGreaterThanOrEqual(Number(counted.split(" ")[1]) / 1_000_000);
    expect(second).toBeGreaterThanOrEqual(first);
  });
});
