import { describe, expect, it } from "vitest";
import { us } from "../../../src/model/units.ts";
import { createBackoff } from "../../../src/schedule/backoff.ts";

const SHAPE = { attempts: 6, backoff: { initial: us(1_000_000), factor: 2, max: us(5_000_000) }, jitter: 0 };

describe("the wait before another attempt", () => {
  it("doubles from the first on, and ends at its longest", () => {
    const backoff = createBackoff(SHAPE, 1);
    expect([1, 2, 3, 4, 5].map((number) => backoff(7, number) / 1e6)).toEqual([1, 2, 4, 5, 5]);
  });

  it("is drawn from the seed: the same again for whoever asks, another for each device and attempt", () => {
    const [one, same, other] = [1, 1, 2].map((seed) => createBackoff({ ...SHAPE, jitter: 1 }, seed));
    const waits = (backoff = one) =>
      Array.from({ length: 50 }, (_, seq) => [1, 2, 3].map((number) => backoff?.(seq, number)));
    expect(waits(same)).toEqual(waits(one));
    expect(waits(other)).not.toEqual(waits(one));
    expect(new Set(waits(one).flat()).size).toBe(150);
  });

  it("is never longer than without a lot, and never shorter than the share that is not drawn", () => {
    const backoff = createBackoff({ ...SHAPE, jitter: 0.5 }, 3);
    const waits = Array.from({ length: 1_000 }, (_, seq) => backoff(seq, 2));
    expect(Math.max(...waits)).toBeLessThanOrEqual(2_000_000);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1_000_000);
    const mean = waits.reduce((sum, each) => sum + each, 0) / waits.length;
    expect(mean / 1e6).toBeCloseTo(1.5, 1);
  });
});
