import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeFolder } from "../../../src/record/make-folder.ts";
import { writeWholeFile } from "../../../src/record/whole-file.ts";
import { testFolder } from "../../support/temporary-folder.ts";

describe("a file that is written whole", () => {
  it("takes the place of what was there, for its owner alone, and leaves no part", async () => {
    const folder = testFolder();
    const path = join(folder, "plan.json");
    await writeWholeFile(path, "one");
    await Promise.all([writeWholeFile(path, "two"), writeWholeFile(path, "two")]);
    expect(readFileSync(path, "utf8")).toBe("two");
    expect(readdirSync(folder)).toEqual(["plan.json"]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("leaves what was there, and no part, where it cannot be written", async () => {
    const folder = testFolder();
    await expect(writeWholeFile(join(folder, "none", "plan.json"), "x")).rejects.toThrow("ENOENT");
    mkdirSync(join(folder, "taken"));
    await expect(writeWholeFile(join(folder, "taken"), "x")).rejects.toThrow("EISDIR");
    expect(readdirSync(folder)).toEqual(["taken"]);
  });

  it.runIf(process.platform === "linux")("is not put in the place of a device", async () => {
    await writeWholeFile("/dev/null", "x");
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });
});

it("a folder of results is its owner's, with those that were made for it", async () => {
  const folder = join(testFolder(), "results", "run");
  await makeFolder(folder);
  expect([folder, join(folder, "..")].map((each) => statSync(each).mode & 0o777)).toEqual([0o700, 0o700]);
});
