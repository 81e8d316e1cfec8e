import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createHealthProbe } from "../../../src/record/health-probe.ts";

describe("health probe", () => {
  it("sees an event loop that is blocked for a fifth of its time", async () => {
    const probe = createHealthProbe({ cpu: () => ({ user: 0, system: 0 }), memory: () => 5 });
    await setTimeout(60);
    const began = performance.now();
    while (performance.now() - began < 100);
    await setTimeout(60);
    const blocked = probe.take();
    expect(blocked.eventLoopDelayP99).toBeGreaterThan(60_000);
    expect(blocked.eventLoopUtilisation).toBeGreaterThan(0.2);
    expect(blocked.residentBytes).toBe(5);
    probe.close();
  });

  it("gives CPU time as a share of wall time, of this interval alone", async () => {
    let user = 1_000_000;
    const probe = createHealthProbe({ cpu: () => ({ user, system: 0 }), memory: () => 0 });
    await setTimeout(20);
    user += 10_000;
    const first = probe.take().cpuShare;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThanOrEqual(0.51);
    await setTimeout(5);
    expect(probe.take().cpuShare).toBe(0);
    probe.close();
  });
});
