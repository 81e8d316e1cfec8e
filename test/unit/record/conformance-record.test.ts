import { appendFile, mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { noteConformance, readLeftProfiles } from "../../../src/record/conformance-record.ts";
import { testFolder } from "../../support/temporary-folder.ts";

let folder = "";
beforeEach(() => {
  folder = testFolder();
});

const NOW = 1_800_000_000_000;
const prefix = "rc-0123abcd";
const asked = { kind: "asked", server: "http://tb", prefix, name: `${prefix}-disabled` } as const;
const made = { kind: "made", name: asked.name, id: "i", createdTime: NOW + 1 } as const;

describe("the record of conformance", () => {
  it("knows a profile from the moment at which it was asked for until it is gone", async () => {
    expect(await readLeftProfiles(folder)).toEqual([]);
    const left = { server: "http://tb", prefix, name: asked.name, askedAt: NOW };
    await noteConformance(folder, asked, NOW);
    expect(await readLeftProfiles(folder)).toEqual([{ ...left, made: undefined }]);
    await noteConformance(folder, made, NOW + 1);
    expect(await readLeftProfiles(folder)).toEqual([{ ...left, made: { id: "i", createdTime: NOW + 1 } }]);
    await noteConformance(folder, { kind: "gone", name: asked.name }, NOW + 2);
    expect(await readLeftProfiles(folder)).toEqual([]);
  });

  it.each([
    ["was cut off", '{"kind":"asked","at":1,"serv'],
    ["has another prefix than the suite gives", '{"kind":"asked","at":1,"server":"s","prefix":"P","name":"P-1"}'],
    ["has a name without its prefix", `{"kind":"asked","at":1,"server":"s","prefix":"${prefix}","name":"PRODUCTION"}`],
    ["is of a profile that was not asked for", '{"kind":"made","at":1,"name":"x","id":"i","createdTime":1}'],
  ])("takes no line that %s, and goes on after it", async (_, line) => {
    await appendFile(join(folder, "conformance.ndjson"), `\n${line}`);
    expect(await readLeftProfiles(folder)).toEqual([]);
    await noteConformance(folder, asked, NOW);
    expect(await readLeftProfiles(folder)).toHaveLength(1);
  });

  it("is readable by its owner alone", async () => {
    await noteConformance(folder, asked, NOW);
    expect((await stat(join(folder, "conformance.ndjson"))).mode & 0o777).toBe(0o600);
  });

  it("is one error where it is no file", async () => {
    await mkdir(join(folder, "conformance.ndjson"));
    await expect(readLeftProfiles(folder)).rejects.toMatchObject({ code: "damaged-file" });
  });
});
