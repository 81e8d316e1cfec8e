import { readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { createKeyStore } from "../../../src/runs/machine/key-store.ts";
import { testFolder } from "../../support/temporary-folder.ts";

let folder: string;
beforeEach(() => {
  folder = testFolder();
});

it("keeps keys for their owner alone", async () => {
  const inner = join(folder, "keys");
  const store = createKeyStore(inner);
  expect(await store.read("ab12")).toBeUndefined();
  await store.write("ab12", Uint8Array.of(1, 2, 3));
  expect(await store.read("ab12")).toEqual(Buffer.of(1, 2, 3));
  expect(await readdir(inner)).toEqual(["ab12"]);
  expect((await stat(inner)).mode & 0o777).toBe(0o700);
  expect((await stat(join(inner, "ab12"))).mode & 0o777).toBe(0o600);
});

it("is no cache where no folder can be made", async () => {
  const file = join(folder, "file");
  await writeFile(file, "");
  const store = createKeyStore(join(file, "keys"));
  await expect(store.write("ab12", Uint8Array.of(1))).resolves.toBeUndefined();
  await expect(store.read("ab12")).resolves.toBeUndefined();
});
