import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openTemporaryFolder, removeTemporaryFolders } from "../../../src/runs/machine/temporary-folder.ts";

it("is its owner's alone, and gone with all that is in it at its end", () => {
  let path = "";
  {
    using folder = openTemporaryFolder("test");
    path = folder.path;
    writeFileSync(join(path, "file"), "");
    expect(statSync(path).mode & 0o777).toBe(0o700);
  }
  expect(existsSync(path)).toBe(false);
});

it("is gone where the program leaves at once", () => {
  const [first, second] = [openTemporaryFolder("test"), openTemporaryFolder("test")];
  second[Symbol.dispose]();
  removeTemporaryFolders();
  expect(existsSync(first.path)).toBe(false);
});
