import { describe, expect, it } from "vitest";
import { damagedFile, readFrom } from "../../../src/record/open-file.ts";

const WHAT = { what: "notes", hint: "Move it away." };

describe("a file that could be opened", () => {
  it("gives what is read of it", async () => {
    expect(await readFrom("/f", WHAT, async () => "text")).toBe("text");
  });

  it("may not be readable all the same: that is told of the file, with what to do", async () => {
    const eio = Object.assign(new Error("EIO: i/o error, read"), { code: "EIO" });
    await expect(readFrom("/f", WHAT, () => Promise.reject(eio))).rejects.toEqual(
      damagedFile("/f", WHAT, "it cannot be read (EIO: i/o error, read)"),
    );
  });
});
