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
    const counts = [waited?.() ?? 0, waited?.() ?? 0];
    expect(waited === undefined).toBe(counted === undefined);
    expect(counts[0]).toBeGreaterThanOrEqual(Number(counted?.split(" ")[1] ?? 0) / 1_000_000);
    expect(counts[1]).toBeGreaterThanOrEqual(counts[0] ?? 0);
  });
});
