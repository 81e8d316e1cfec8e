import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { readCrewFile } from "../../../src/workers/crew/crew-file.ts";
import { testFolder } from "../../support/temporary-folder.ts";

let folder: string;
beforeEach(() => {
  folder = testFolder();
});

const GOOD = '{"version":1,"run":"abc","publicKey":"k","secret":"the-s3cret","files":["journal-0.ndjson"]}';

describe("the key of a run on a bus", () => {
  it("is read, and is not there for a run that needs none", async () => {
    expect(await readCrewFile(folder)).toBeUndefined();
    writeFileSync(join(folder, "crew-key.json"), GOOD);
    expect(await readCrewFile(folder)).toMatchObject({ run: "abc", files: ["journal-0.ndjson"] });
  });

  it.each([
    ["cut off", GOOD.slice(0, -5), "it ends too early"],
    ["empty", "", "it is empty"],
    ["of another shape", GOOD.replace('"abc"', "5"), "at run: expected string, received number"],
    ["spoilt within the secret", GOOD.replace("the-s3", "the-s3\n"), "it is not JSON at line 1"],
  ])("(%s) is one error, which tells nothing of what is in it", async (_, text, why) => {
    writeFileSync(join(folder, "crew-key.json"), text);
    const refused = readCrewFile(folder);
    await expect(refused).rejects.toMatchObject({ code: "damaged-file", message: expect.stringContaining(why) });
    await expect(refused).rejects.not.toThrow("s3");
  });

  it.runIf(process.platform === "linux")("is no device without end", async () => {
    symlinkSync("/dev/zero", join(folder, "crew-key.json"));
    await expect(readCrewFile(folder)).rejects.toMatchObject({ code: "damaged-file" });
  });
});
