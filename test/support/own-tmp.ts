import { mkdtempSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { closeTemporary } from "./temporary-folder.ts";

// Run before each test file: the file, and all that it starts, have a folder of their own for what is temporary.
const outer = process.env["TMPDIR"];
const own = mkdtempSync(join(tmpdir(), "rollcall-"));
process.env["TMPDIR"] = own;

afterAll(() => {
  if (outer === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = outer;
  // vitest kills its workers in the end, and what Node has compiled would be lost.
  flushCompileCache();
  closeTemporary(own);
});
