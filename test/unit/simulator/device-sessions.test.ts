import { describe, expect, it } from "vitest";
import { createDeviceSessions } from "../../../src/simulator/core/device-sessions.ts";
import { createDeviceStore } from "../../../src/simulator/core/device-store.ts";
import { loadFixtures } from "../../../src/simulator/core/fixtures.ts";
import type { Link } from "../../../src/simulator/transports/link.ts";
import { createRandom } from "../../../src/simulator/timing/random.ts";
import { createTally } from "../../../src/simulator/core/tally.ts";
import { createVirtualTimers } from "./virtual-timers.ts";

function setUp() {
  const timers = createVirtualTimers();
  const store = createDeviceStore({ random: createRandom(1), wall: () => timers.wall(), maxDevices: 0 });
  loadFixtures(store, { devices: [{ profile: "rollcall", name: "d" }] });
  const [device] = store.devices();
  if (device === undefined) throw new Error("the fixture is gone");
  const tally = createTally();
  const sessions = createDeviceSessions({ timers, tally, takeoverMs: 40, inactivityMs: 600_000 });
  const closed: string[] = [];
  const link = (name: string): Link => ({
    version: 5,
    open: true,
    write: () => undefined,
    hold: () => undefined,
    part: () => undefined,
    close: (reason) => {
      closed.push(`${name} 0x${reason.toString(16)} at ${timers.now()}`);
    },
    drop: () => undefined,
    reset: () => undefined,
    freeze: () => undefined,
  });
  return { timers, device, sessions, closed, link, tally };
}

describe("device sessions", () => {
  it("the older session of a device ends a little after the younger began", () => {
    const { timers, device, sessions, closed, link, tally } = setUp();
    const first = link("first");
    sessions.join(device, first);
    timers.advanceTo(1_000);
    sessions.join(device, link("second"));
    expect(closed).toEqual([]);
    timers.advanceTo(2_000);
    expect(closed).toEqual(["first 0x8e at 1040"]);
    // The end of the first is not the end of the second.
    sessions.leave(device, first);
    expect(sessions.size).toBe(1);
    expect(tally.takeovers).toBe(1);
  });

  it("a silent session ends after the inactivity time, a talking one does not", () => {
    const { timers, device, sessions, closed, link } = setUp();
    const only = link("only");
    sessions.join(device, only);
    timers.advanceTo(500_000);
    sessions.active(device, only);
    timers.advanceTo(1_090_000);
    expect(closed).toEqual([]);
    timers.advanceTo(1_160_000);
    expect(closed).toEqual(["only 0x83 at 1140000"]);
  });
});
