import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { EXIT, RollcallError } from "../../../src/model/error.ts";
import { sayError } from "../../../src/runs/results/say-error.ts";

function said(error: unknown) {
  const lines: string[] = [];
  const code = sayError({ warn: (text) => void lines.push(text) }, error);
  return { code, text: lines.join("\n") };
}

describe("what went wrong", () => {
  it("is a message and a hint where it is a mistake", () => {
    expect(said(new RollcallError("x", "It is wrong.", "Do this."))).toEqual({
      code: EXIT.usage,
      text: "rollcall: It is wrong.\nDo this.",
    });
  });

  it.runIf(process.platform === "linux")("is no bug where a disk is full", async () => {
    const error: unknown = await writeFile("/dev/full", "x").catch((reason: unknown) => reason);
    const { code, text } = said(error);
    expect(code).toBe(EXIT.unhealthy);
    expect(text).toContain("A file cannot be written: ENOSPC: no space left on device, write.");
    expect(text).not.toContain("bug");
  });

  it("is no bug where a folder is read-only", () => {
    const error = Object.assign(new Error("EROFS: read-only file system, open 'x'"), {
      code: "EROFS",
      syscall: "open",
    });
    expect(said(error)).toMatchObject({ code: EXIT.unhealthy, text: expect.not.stringContaining("bug") });
  });

  it("is a bug, with its stack, where nobody thought of it", () => {
    expect(said(new TypeError("x is not a function"))).toMatchObject({
      code: EXIT.bug,
      text: expect.stringMatching(/^ {4}at /m),
    });
  });
});
