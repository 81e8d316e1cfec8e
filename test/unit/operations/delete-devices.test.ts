import { describe, expect, it } from "vitest";
import type { Clock } from "../../../src/model/ports.ts";
import { deleteDevices } from "../../../src/operations/delete-devices.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const devices = Array.from({ length: 20 }, (_, index) => ({ id: String(index) }));
const paceOf = (concurrency: number, rate?: number, clock: Clock = createVirtualClock()) => ({
  concurrency,
  rate,
  clock,
  onProgress: () => undefined,
});
const never = new AbortController().signal;

describe("deleteDevices", () => {
  it("deletes each once, never more at once than it may, and counts those that were gone", async () => {
    const asked: string[] = [];
    let [running, most] = [0, 0];
    const admin = {
      async deleteDevice(id: string) {
        asked.push(id);
        most = Math.max(most, (running += 1));
        await Promise.resolve();
        running -= 1;
        return id !== "7";
      },
    };
    expect(await deleteDevices(admin, devices, paceOf(3), never)).toEqual({ deleted: 19, gone: 1, error: undefined });
    expect(asked).toEqual(devices.map(({ id }) => id));
    expect(most).toBe(3);
  });

  it("begins nothing new after an error, and says how far it came", async () => {
    const error = new Error("server gone");
    const admin = {
      deleteDevice: (id: string) => (id === "5" ? Promise.reject(error) : Promise.resolve(true)),
    };
    expect(await deleteDevices(admin, devices, paceOf(1), never)).toEqual({ deleted: 5, gone: 0, error });
  });

  it("begins nothing new once it is stopped", async () => {
    const stop = new AbortController();
    const admin = {
      deleteDevice(id: string) {
        if (id === "3") stop.abort(new Error("stopped"));
        return Promise.resolve(true);
      },
    };
    const { deleted, error } = await deleteDevices(admin, devices, paceOf(1), stop.signal);
    expect(deleted).toBe(4);
    expect(error).toBe(stop.signal.reason);
  });

  it("begins no more a second than it may", async () => {
    const clock = createVirtualClock();
    const times: number[] = [];
    const admin = {
      deleteDevice() {
        times.push(clock.now() / 1_000_000);
        return Promise.resolve(true);
      },
    };
    await clock.drive(deleteDevices(admin, devices, paceOf(8, 4, clock), never));
    expect(times).toEqual(devices.map((_, index) => index / 4));
  });
});
