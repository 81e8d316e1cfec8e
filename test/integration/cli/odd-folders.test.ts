import { cp, mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../../e2e/rollcall.ts";
import { rollcallInProcess } from "../../support/in-process.ts";

const RUN = join(import.meta.dirname, "../../golden/runs-0.1.0/whole");

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let results: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  results = join(folder.path, "deep", "results");
  await mkdir(results, { recursive: true });
  await cp(RUN, join(results, "whole"), { recursive: true });
});
afterAll(() => folder[Symbol.asyncDispose]());

const rollcall = (...args: readonly string[]) =>
  rollcallInProcess([...args, "--out", results], {
    folder: folder.path,
    variables: { ROLLCALL_ADMIN_PASSWORD: "p", XDG_CACHE_HOME: join(folder.path, "cache") },
  });
const ADMIN = ["--admin-url", "http://127.0.0.1:1", "--admin-user", "a"];

it.each(["..", ".", "../..", "/", "", "whole/..", "../results"])(
  "a run named %j is none for any command",
  async (name) => {
    const before = await readdir(folder.path, { recursive: true });
    const commands = [
      ["report", name],
      ["export", name, "-o", "copy"],
      ["compare", name, "--", name],
      ["label", name, "a=b"],
      ["mark", name, "text"],
      ["reconcile", name, ...ADMIN],
      ["cleanup", name, ...ADMIN, "--yes"],
      ["verify", name, "--port", "1"],
      ["resume", name, "--port", "1"],
      ["baseline", "save", "base.json", name],
    ];
    for (const command of commands) {
      const { code, stdout, stderr } = await rollcall(...command);
      expect({ command, code, stdout }).toEqual({ command, code: 2, stdout: "" });
      expect(stderr.match(/^rollcall: /gm)).toHaveLength(1);
      expect(stderr).not.toMatch(/^ {4}at /m);
    }
    expect(await readdir(folder.path, { recursive: true })).toEqual(before);
  },
);

it("a run and results behind symbolic links are what they are", async () => {
  const whole = await rollcall("report", "whole");
  const link = join(folder.path, "link-to-run");
  await symlink(join(results, "whole"), link);
  expect(await rollcall("report", link)).toEqual(whole);
  const all = join(folder.path, "link-to-results");
  await symlink(results, all);
  const through = await rollcallInProcess(["report", "whole", "--out", all], { folder: folder.path });
  expect(through).toEqual(whole);
});
