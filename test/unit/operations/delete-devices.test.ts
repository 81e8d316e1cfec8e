import { describe, expect, it } from "vitest";
import type { ServerDevice } from "../../../src/model/administration.ts";
import type { DeletionProof } from "../../../src/model/deletion-proof.ts";
import type { Clock } from "../../../src/model/ports.ts";
import { deleteDevices } from "../../../src/operations/delete-devices.ts";
import type { DeviceClaim } from "../../../src/operations/deletion-decision.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const uuid = (index: number): string => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
const devices = Array.from({ length: 20 }, (_, index) => ({ id: uuid(index), name: `d${index}` }));
const claims: readonly DeviceClaim[] = [
  {
    by: "request",
    profiles: ["p"],
    windowOf: (name) => (name.startsWith("d") ? { from: 0, to: 9 } : undefined),
    seenBefore: new Set(),
  },
];
const indexOf = (id: string): number => Number(id.slice(-12));
/** Every device is as it was listed. */
const deviceById = (id: string): Promise<ServerDevice> =>
  Promise.resolve({ id, name: `d${indexOf(id)}`, createdTime: 5, profileId: "p", gateway: false });
const paceOf = (concurrency: number, rate?: number, clock: Clock = createVirtualClock()) => ({
  concurrency,
  rate,
  clock,
  onProgress: () => undefined,
});
const never = new AbortController().signal;

describe("deleteDevices", () => {
  it("deletes each once, never more at once than it may, and counts those that were gone, or went meanwhile: nobody knows by whom", async () => {
    const asked: string[] = [];
    let [running, most] = [0, 0];
    const admin = {
      deviceById: (id: string) => (indexOf(id) === 8 ? Promise.resolve(undefined) : deviceById(id)),
      async deleteDevice({ id }: DeletionProof<"device">) {
        asked.push(id);
        most = Math.max(most, (running += 1));
        await Promise.resolve();
        running -= 1;
        return indexOf(id) !== 7;
      },
    };
    expect(await deleteDevices(admin, devices, claims, paceOf(3), never)).toEqual({
      deleted: 18,
      gone: 1,
      vanished: 1,
      foreign: [],
      error: undefined,
    });
    expect(asked).toEqual(devices.map(({ id }) => id).filter((id) => indexOf(id) !== 8));
    expect(most).toBe(3);
  });

  it("begins nothing new after an error, and says how far it came", async () => {
    const error = new Error("server gone");
    const admin = {
      deviceById,
      deleteDevice: ({ id }: DeletionProof<"device">) =>
        indexOf(id) === 5 ? Promise.reject(error) : Promise.resolve(true),
    };
    expect(await deleteDevices(admin, devices, claims, paceOf(1), never)).toEqual({
      deleted: 5,
      gone: 0,
      vanished: 0,
      foreign: [],
      error,
    });
  });

  it("begins nothing new once it is stopped", async () => {
    const stop = new AbortController();
    const admin = {
      deviceById,
      deleteDevice({ id }: DeletionProof<"device">) {
        if (indexOf(id) === 3) stop.abort(new Error("stopped"));
        return Promise.resolve(true);
      },
    };
    const { deleted, error } = await deleteDevices(admin, devices, claims, paceOf(1), stop.signal);
    expect(deleted).toBe(4);
    expect(error).toBe(stop.signal.reason);
  });

  it("begins no more a second than it may", async () => {
    const clock = createVirtualClock();
    const times: number[] = [];
    const admin = {
      deviceById,
      deleteDevice() {
        times.push(clock.now() / 1_000_000);
        return Promise.resolve(true);
      },
    };
    await clock.drive(deleteDevices(admin, devices, claims, paceOf(8, 4, clock), never));
    expect(times).toEqual(devices.map((_, index) => index / 4));
  });
});
