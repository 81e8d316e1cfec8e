import { appendFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { noteDevices, noteMade, noteProfile, readSetupRecord } from "../../../src/record/setup-record.ts";
import { testFolder } from "../../support/temporary-folder.ts";

let folder = "";
beforeEach(() => {
  folder = testFolder();
});

const NOW = 1_800_000_000_000;
const profile = { id: "p", createdTime: NOW, name: "rollcall", key: "k" };
const device = { name: "d1", createdTime: NOW + 1_000, profileId: "p" };

describe("the record of setups", () => {
  it("knows the profiles that were made, by id and time of creation", async () => {
    await noteProfile(folder, profile, NOW);
    const record = await readSetupRecord(folder);
    expect(record.madeProfile(profile)).toMatchObject(profile);
    expect(record.madeProfile({ ...profile, createdTime: NOW + 1 })).toBeUndefined();
    expect(record.madeProfile({ ...profile, id: "q" })).toBeUndefined();
    expect(record.profileMade(["x", "k"])).toMatchObject({ name: "rollcall" });
    expect(record.profileMade(["x"])).toBeUndefined();
  });

  it("knows a device by profile, name and a time of creation that fits", async () => {
    await noteDevices(folder, "devices", "p", ["d1", "d2"], NOW);
    const record = await readSetupRecord(folder);
    expect(record.askedFor(device)).toBe(true);
    expect(record.askedFor({ ...device, profileId: "q" })).toBe(false);
    expect(record.askedFor({ ...device, name: "d3" })).toBe(false);
    expect(record.askedFor({ ...device, createdTime: NOW - 3_600_000 })).toBe(false);
    expect(record.askedFor({ ...device, createdTime: NOW + 3_600_000 })).toBe(false);
  });

  it("knows the devices that were made by their ids, and takes no line of another shape", async () => {
    const made = { id: "d", name: "d1", createdTime: NOW };
    await noteMade(folder, "p", [{ ...made, profileId: "p", gateway: false } as typeof made], NOW);
    await noteMade(folder, "p", [{ ...made, id: "e" }], NOW);
    await appendFile(join(folder, "setup.ndjson"), '\n{"kind":"made","at":1,"profile":"p","devices":[{"id":"f"}]}');
    const record = await readSetupRecord(folder);
    expect([...record.madeDevices("p")]).toEqual([
      ["d", made],
      ["e", { ...made, id: "e" }],
    ]);
    expect(record.madeDevices("q").size).toBe(0);
  });

  it("does not take for its own what may be somebody else's", async () => {
    await noteDevices(folder, "devices", "p", ["d1"], NOW);
    await noteDevices(folder, "doubt", "p", ["d1"], NOW);
    expect((await readSetupRecord(folder)).askedFor(device)).toBe(false);
  });

  it("is readable by its owner alone, survives a line that was cut off, and is empty where there is none", async () => {
    expect((await readSetupRecord(folder)).askedFor(device)).toBe(false);
    await noteProfile(folder, profile, NOW);
    await appendFile(join(folder, "setup.ndjson"), '\n{"kind":"devi');
    await noteDevices(folder, "devices", "p", ["d1"], NOW);
    const record = await readSetupRecord(folder);
    expect([record.madeProfile(profile)?.id, record.askedFor(device)]).toEqual(["p", true]);
    expect((await stat(join(folder, "setup.ndjson"))).mode & 0o777).toBe(0o600);
  });
});
