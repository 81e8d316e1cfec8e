import { describe, expect, it } from "vitest";
import { createClock } from "../../../src/generator/clock.ts";
import { us } from "../../../src/model/units.ts";

const never = new AbortController().signal;
const monotonic = () => process.hrtime.bigint();

describe("the clock of a run", () => {
  it("is 0 at its epoch, negative before it, and counts whole microseconds", () => {
    const before = createClock(monotonic() + 5_000_000_000n, monotonic).now();
    expect(before).toBeLessThanOrEqual(-4_000_000);
    expect(before).toBeGreaterThanOrEqual(-5_000_000);
    expect(Number.isInteger(before)).toBe(true);
    expect(createClock(monotonic() - 5_000_000_000n, monotonic).now()).toBeGreaterThanOrEqual(5_000_000);
  });

  it("never wakes early", async () => {
    const clock = createClock(monotonic(), monotonic);
    for (const ahead of [300, 1_000, 2_700]) {
      const due = us(clock.now() + ahead);
      await clock.sleepUntil(due, never);
      expect(clock.now()).toBeGreaterThanOrEqual(due);
    }
  });

  it("does not sleep for a time that has passed, and wakes without an error when stopped", async () => {
    const clock = createClock(monotonic(), monotonic);
    const stop = new AbortController();
    const sleeping = clock.sleepUntil(us(3_600_000_000), stop.signal);
    stop.abort();
    await expect(sleeping).resolves.toBeUndefined();
    await expect(clock.sleepUntil(us(3_600_000_000), stop.signal)).resolves.toBeUndefined();
    await expect(clock.sleepUntil(us(-1), never)).resolves.toBeUndefined();
  });
});
