import { describe, expect, it } from "vitest";
import { judge, trendOf } from "../../../soak/flatness.ts";
import { createRandom } from "../../support/random.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MIB = 1_024 * 1_024;

/** A sample every 40 seconds of an hour: 100 MiB, what it grows by in the hour, and noise of +-5 MiB. */
function memory(growth: number) {
  const random = createRandom(7);
  return Array.from({ length: 90 }, (_, index) => ({
    at: index * 40_000,
    value: 100 * MIB + (growth * index) / 90 + (random() - 0.5) * 10 * MIB,
  }));
}

describe("the trend of what a process holds", () => {
  it("is that of the line, whatever noise is on it", () => {
    for (const growth of [0, 16 * MIB, 64 * MIB, -20 * MIB]) {
      expect(Math.abs((trendOf(memory(growth))?.perHour ?? Number.NaN) - growth)).toBeLessThan(3 * MIB);
    }
  });

  it("is not turned by one sample out of all measure", () => {
    const [first, ...rest] = memory(0);
    const odd = [{ at: first?.at ?? 0, value: 4_000 * MIB }, ...rest];
    expect(Math.abs(trendOf(odd)?.perHour ?? Number.NaN)).toBeLessThan(3 * MIB);
    expect(trendOf(odd)?.most).toBe(4_000 * MIB);
  });

  it("is not there for fewer than three samples", () => {
    expect(trendOf(memory(0).slice(0, 2))).toBeUndefined();
  });
});

describe("the verdict", () => {
  it("is flat up to the bound and growth above it", () => {
    expect(judge(trendOf(memory(4 * MIB)), 16 * MIB, HOUR)).toBe("flat");
    expect(judge(trendOf(memory(40 * MIB)), 16 * MIB, HOUR)).toBe("GROWS");
  });

  it("is none after a short time, or without samples", () => {
    expect(judge(trendOf(memory(40 * MIB)), 16 * MIB, 9 * MINUTE)).toBe("not judged");
    expect(judge(undefined, 16 * MIB, HOUR)).toBe("not judged");
  });
});
