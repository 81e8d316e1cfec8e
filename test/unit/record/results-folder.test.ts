import { chmodSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkResultsFolder, requireWritable } from "../../../src/record/results-folder.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const newFolder = (): string => testFolder();

describe("results folder", () => {
  it("is made if missing, and left empty", async () => {
    const folder = join(newFolder(), "a", "b");
    await checkResultsFolder({ folder, devices: 1_000 });
    expect(existsSync(folder)).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("that cannot be written to is refused", async () => {
    const file = join(newFolder(), "file");
    writeFileSync(file, "");
    chmodSync(file, 0o400);
    await expect(checkResultsFolder({ folder: file, devices: 1 })).rejects.toMatchObject({ code: "results-folder" });
  });

  it("below a folder that takes no others is refused, and does not keep trying", async () => {
    await expect(checkResultsFolder({ folder: "/proc/nope/results", devices: 1 })).rejects.toMatchObject({
      code: "results-folder",
      message: "Cannot write to /proc/nope/results: no such file or directory.",
    });
  });

  it("may be tried by several at once", async () => {
    const folder = newFolder();
    const tries = Array.from({ length: 50 }, (_, index) =>
      index % 2 === 0
        ? requireWritable(join(folder, "a"))
        : checkResultsFolder({ folder: join(folder, "a"), devices: 1 }),
    );
    await Promise.all(tries);
    expect(readdirSync(join(folder, "a"))).toEqual([]);
  });

  it("that is only tried keeps what it has, and is not there if it was not", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "file"), "");
    await requireWritable(folder);
    await requireWritable(join(folder, "a", "b"));
    expect(readdirSync(folder)).toEqual(["file"]);
    await expect(requireWritable(join(folder, "file", "a"))).rejects.toMatchObject({
      code: "results-folder",
      message: expect.stringContaining(`Cannot write to ${join(folder, "file", "a")}: `),
    });
    await expect(requireWritable("/proc/nope/results")).rejects.toMatchObject({ code: "results-folder" });
  });

  it("on a disk that is too small is refused, with the sizes", async () => {
    const run = checkResultsFolder({ folder: newFolder(), devices: 1e12 });
    await expect(run).rejects.toMatchObject({
      code: "disk-full",
      message: expect.stringMatching(/needs about \d+ MiB/),
    });
  });
});
