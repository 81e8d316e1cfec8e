import { appendFile, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { noteDevices, noteProfile, readSetupRecord } from "../../../src/record/setup-record.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "rollcall-"));
});
afterEach(() => rm(folder, { recursive: true }));

const NOW = 1_800_000_000_000;
const profile = { id: "p", createdTime: NOW, name: "rollcall", key: "k" };
const device = { name: "d1", createdTime: NOW + 1_000, profileId: "p" };

describe("the record of setups", () => {
  it("knows the profiles that were made, by id and time of creation", async () => {
    await noteProfile(folder, profile, NOW);
    const record = await readSetupRecord(folder);
    expect(record.madeProfile(profile)).toBe(true);
    expect(record.madeProfile({ ...profile, createdTime: NOW + 1 })).toBe(false);
    expect(record.madeProfile({ ...profile, id: "q" })).toBe(false);
    expect(record.profileMade(["x", "k"])).toMatchObject({ name: "rollcall" });
    expect(record.profileMade(["x"])).toBeUndefined();
  });

  it("knows a device by profile, name and a time of creation that fits", async () => {
    await noteDevices(folder, "devices", "p", ["d1", "d2"], NOW);
    const record = await readSetupRecord(folder);
    expect(record.madeDevice(device)).toBe(true);
    expect(record.madeDevice({ ...device, profileId: "q" })).toBe(false);
    expect(record.madeDevice({ ...device, name: "d3" })).toBe(false);
    expect(record.madeDevice({ ...device, createdTime: NOW - 3_600_000 })).toBe(false);
    expect(record.madeDevice({ ...device, createdTime: NOW + 3_600_000 })).toBe(false);
  });

  it("does not take for its own what may be somebody else's", async () => {
    await noteDevices(folder, "devices", "p", ["d1"], NOW);
    await noteDevices(folder, "doubt", "p", ["d1"], NOW);
    expect((await readSetupRecord(folder)).madeDevice(device)).toBe(false);
  });

  it("is readable by its owner alone, survives a line that was cut off, and is empty where there is none", async () => {
    expect((await readSetupRecord(folder)).madeDevice(device)).toBe(false);
    await noteProfile(folder, profile, NOW);
    await appendFile(join(folder, "setup.ndjson"), '\n{"kind":"devi');
    await noteDevices(folder, "devices", "p", ["d1"], NOW);
    const record = await readSetupRecord(folder);
    expect([record.madeProfile(profile), record.madeDevice(device)]).toEqual([true, true]);
    expect((await stat(join(folder, "setup.ndjson"))).mode & 0o777).toBe(0o600);
  });
});
