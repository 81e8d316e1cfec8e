import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { LocalResources } from "../../../src/model/health.ts";
import { us } from "../../../src/model/units.ts";
import { createHealthProbe, type ProcessorTimes } from "../../../src/record/health-probe.ts";

const RESOURCES: LocalResources = { openFiles: 25, openFilesLimit: 1_024, freePorts: 28_000, ports: 28_232 };
const STILL = {
  cpu: () => ({ user: 0, system: 0 }),
  memory: () => 5,
  resources: () => RESOURCES,
  processors: () => undefined,
};
/** Of the monitor's own timer, which begins anew with each reading. */
const PERIOD_MS = 10;
const BLOCKED_MS = 100;

describe("health probe", () => {
  it("sees an event loop that was blocked, whatever else the machine does meanwhile", async () => {
    const beganAt = performance.now();
    const sinceBegin = (): number => performance.now() - beganAt;
    const probe = createHealthProbe({ ...STILL, clock: { now: () => us(Math.round(sinceBegin() * 1_000)) } });
    await setTimeout(60);
    const blockedAt = sinceBegin();
    while (sinceBegin() - blockedAt < BLOCKED_MS);
    await setTimeout(60);
    const found = probe.take();
    const windowMs = sinceBegin();
    probe.close();
    // Of a window W a blockage D keeps 1 % waiting for D - W / 100 at least, and the loop busy for D / W of it.
    expect(found.eventLoopDelayP99 / 1_000).toBeGreaterThan((BLOCKED_MS - PERIOD_MS - windowMs / 100) * 0.99);
    expect(found.eventLoopUtilisation).toBeGreaterThan((BLOCKED_MS / windowMs) * 0.99);
    expect(found.eventLoopUtilisation).toBeLessThanOrEqual(1);
    expect(found).toMatchObject({ residentBytes: 5, resources: RESOURCES });
  });

  it("gives CPU time as a share of wall time, of this interval alone", () => {
    let [now, user, system] = [-300_000, 1_000_000, 500_000];
    const clock = { now: () => us(now) };
    const probe = createHealthProbe({ ...STILL, clock, cpu: () => ({ user, system }) });
    const pass = (wall: number, inUser: number, inSystem: number): number => {
      [now, user, system] = [now + wall, user + inUser, system + inSystem];
      return probe.take().cpuShare;
    };
    expect(pass(20_000, 7_000, 3_000)).toBe(0.5);
    expect(pass(1_000_000, 0, 0)).toBe(0);
    expect(pass(1_000_000, 1_500_000, 250_000)).toBe(1.75);
    expect(pass(0, 0, 0)).toBe(0);
    probe.close();
  });

  it("gives what all programs had of the machine, of this interval alone; where no tick has passed, nothing", () => {
    let times: ProcessorTimes | undefined = { busy: 1_000, stolen: 10, all: 9_000 };
    const probe = createHealthProbe({ ...STILL, clock: { now: () => us(0) }, processors: () => times });
    times = { busy: 1_150, stolen: 30, all: 9_200 };
    expect(probe.take().processors).toEqual({ busy: 0.75, stolen: 0.1 });
    expect(probe.take()).not.toHaveProperty("processors");
    times = undefined;
    expect(probe.take()).not.toHaveProperty("processors");
    probe.close();
  });
});
