import { appendFileSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { appendNote, readNotes } from "../../../src/record/note-file.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const WHAT = { what: "notes", hint: "Move it away." };
const MOST = 1_000;
let folder = "";
let path = "";

beforeEach(() => {
  folder = testFolder();
  path = join(folder, "notes.ndjson");
});

describe("a file of notes", () => {
  it.each([true, false])("gives what was written with its lines, to its owner alone (synced: %s)", async (sync) => {
    expect(await readNotes(path, WHAT, MOST)).toEqual([]);
    for (const value of [{ a: 1 }, null, "b"]) await appendNote(path, value, { sync });
    expect(await readNotes(path, WHAT, MOST)).toEqual([
      { value: { a: 1 }, line: 2 },
      { value: null, line: 3 },
      { value: "b", line: 4 },
    ]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("leaves out what a crash cut off, and counts its line", async () => {
    appendFileSync(path, '\n{"a":');
    await appendNote(path, 2, { sync: false });
    expect(await readNotes(path, WHAT, MOST)).toEqual([{ value: 2, line: 3 }]);
  });

  it("has nothing that a terminal obeys", async () => {
    await appendNote(path, "\u009b31m\u202e", { sync: false });
    expect(readFileSync(path, "utf8")).toBe('\n"\\u009b31m\\u202e"');
    expect(await readNotes(path, WHAT, MOST)).toEqual([{ value: "\u009b31m\u202e", line: 2 }]);
  });

  it("is not read where it is too large, or no file", async () => {
    await appendNote(path, "x".repeat(MOST), { sync: false });
    await expect(readNotes(path, WHAT, MOST)).rejects.toMatchObject({
      code: "damaged-file",
      message: expect.stringContaining("it has 1,003 bytes"),
    });
    await expect(readNotes(folder, WHAT, MOST)).rejects.toMatchObject({ code: "damaged-file" });
  });
});
