import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../../src/cli/command-list.ts";
import { createSheet } from "../../../src/writing/sheet.ts";
import { asTyped, COMMAND_NAMES } from "../../../src/writing/typed-command.ts";

describe("a command that a user is told to type", () => {
  it("begins with what this user started the program by", () => {
    expect(
      asTyped("Go on with: rollcall report e21431 --full, or `rollcall upgrade-check after x`.", "npx rollcall"),
    ).toBe("Go on with: npx rollcall report e21431 --full, or `npx rollcall upgrade-check after x`.");
  });

  it("leaves the program's name where no command is meant, and what was written so already", () => {
    for (const text of [
      "rollcall: no file",
      "This is what rollcall prints.",
      "npx rollcall run x",
      "in ~/rollcall run",
    ]) {
      expect(asTyped(text, "npx rollcall")).toBe(text);
    }
  });

  it("is as it stands where nothing says by what the program was started", () => {
    expect(asTyped("rollcall report latest")).toBe("rollcall report latest");
  });

  it("is known for every command that there is", () => {
    expect([...COMMAND_NAMES].toSorted()).toEqual(Object.keys(COMMANDS).toSorted());
  });

  it("counts with its own length in a line of a report", () => {
    const sheet = createSheet({ color: false, width: 40, program: "npx rollcall" });
    const lines = sheet.prose("As a page: rollcall report e21431 -f html");
    expect(lines.join(" ").replaceAll(/\s+/g, " ")).toContain("npx rollcall report");
    expect(lines.every((line) => line.length <= 40)).toBe(true);
  });
});
