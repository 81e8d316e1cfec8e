import { performance } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { turnAge } from "../../../src/wires/socket/turn.ts";

const work = (ms: number): void => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};

describe("turnAge", () => {
  it("is nothing for the first read of a turn, and for those behind it how long the ones before have taken", async () => {
    await setImmediate();
    expect(turnAge()).toBe(0);
    work(3);
    expect(turnAge()).toBeGreaterThanOrEqual(3);
    // Promises are settled between two reads: that is the same turn.
    await Promise.resolve();
    expect(turnAge()).toBeGreaterThanOrEqual(3);
    await setImmediate();
    expect(turnAge()).toBe(0);
  });
});
