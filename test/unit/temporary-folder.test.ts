import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { closeTemporary, temporaryFolder, testFolder } from "../support/temporary-folder.ts";

const ofFile = testFolder();
const before: string[] = [];
beforeEach(() => {
  before.push(testFolder());
});
let inTest = "";

it("has a folder, and files in it, as long as a test lasts", async () => {
  inTest = testFolder();
  writeFileSync(join(inTest, "file"), "");
  let path = "";
  {
    await using block = await temporaryFolder();
    path = block.path;
    expect(existsSync(path)).toBe(true);
  }
  expect([ofFile, inTest, ...before, path].map((each) => existsSync(each))).toEqual([true, true, true, false]);
});

it("has none of an earlier test", () => {
  expect([ofFile, inTest, ...before].map((each) => existsSync(each))).toEqual([true, false, false, true]);
});

it("says at the end of a file what is left, and takes it away", () => {
  const own = mkdtempSync(join(tmpdir(), "rollcall-"));
  mkdirSync(join(own, "b"));
  writeFileSync(join(own, "a"), "");
  expect(() => closeTemporary(own)).toThrow("Left in the folder for temporary files: a, b. ");
  expect([own, ofFile].map((each) => existsSync(each))).toEqual([false, false]);
});
