import { describe, expect, it } from "vitest";
import { boundedText } from "../../../src/wires/server-text.ts";

describe("what a server says", () => {
  it("is kept as it is where it is short", () => {
    expect(boundedText("Failed to provision device!")).toBe("Failed to provision device!");
    expect(boundedText("x".repeat(500))).toBe("x".repeat(500));
  });

  it("is kept by its beginning, its length and a digest where it is long", () => {
    expect(boundedText(`a${"b".repeat(500)}`)).toBe(`a${"b".repeat(499)}… (501 characters, SHA-256 0cef7d74acf6)`);
    const long = "x".repeat(600);
    expect(boundedText(`${long}1`)).not.toBe(boundedText(`${long}2`));
  });

  it("has no half characters, where it is cut neither", () => {
    expect(boundedText("a\ud800b")).toBe("a\u{FFFD}b");
    expect(boundedText(`${"x".repeat(499)}😀 and so on`).slice(0, 501)).toBe(`${"x".repeat(499)}\u{FFFD}…`);
  });
});
