import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readTextFile } from "../../../src/record/text-file.ts";
import { testFolder } from "../../support/temporary-folder.ts";

const folder = testFolder();

function fileOf(content: string | Uint8Array): string {
  const path = join(folder, `${Math.random()}.txt`);
  writeFileSync(path, content);
  return path;
}

describe("a file that a user names", () => {
  it("is its text, without a byte order mark", () => {
    expect(readTextFile(fileOf("\u{FEFF}café\r\n温度"))).toBe("café\r\n温度");
    expect(readTextFile(fileOf(""))).toBe("");
  });

  it.each([
    ["one byte of Latin-1", Buffer.from("caf\u00e9\n", "latin1"), "line 1, byte 4 is 0xe9"],
    [
      "another line",
      Buffer.concat([Buffer.from("café\nab"), Buffer.of(0xff), Buffer.from("\n")]),
      "line 2, byte 3 is 0xff",
    ],
    ["a character cut off", Buffer.from("温度").subarray(0, 4), "line 1, byte 4 is 0xe5"],
    ["half a pair", Buffer.concat([Buffer.from("a\n\u{FFFD}"), Buffer.of(0xed, 0xa0, 0x80)]), "line 2, byte 4 is 0xed"],
    ["UTF-16", Buffer.from("\u{FEFF}ab\n", "utf16le"), "line 1, byte 1 is 0xff"],
  ])("that is not UTF-8 says where: %s", (_, bytes, where) => {
    expect(() => readTextFile(fileOf(bytes))).toThrow(`it is not UTF-8: ${where}`);
  });

  it("is read up to a limit", () => {
    expect(readTextFile(fileOf("x".repeat(1_048_576)))).toHaveLength(1_048_576);
    expect(() => readTextFile(fileOf("x".repeat(1_048_577)))).toThrow("it has more than 1 MiB");
    expect(readTextFile(fileOf("x".repeat(1_048_577)), 2 * 1_048_576)).toHaveLength(1_048_577);
  });

  it.runIf(process.platform === "linux")("is no device, no pipe and no folder", () => {
    const fifo = join(folder, "fifo");
    execFileSync("mkfifo", [fifo]);
    expect(() => readTextFile("/dev/zero")).toThrow("it is a device or a pipe");
    expect(() => readTextFile(fifo)).toThrow("it is a device or a pipe");
    expect(() => readTextFile(folder)).toThrow("it is a folder");
    expect(() => readTextFile(join(folder, "none"))).toThrow("ENOENT");
    expect(readTextFile("/proc/self/comm")).not.toBe("");
  });
});
