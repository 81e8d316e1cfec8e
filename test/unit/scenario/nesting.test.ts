import { describe, expect, it } from "vitest";
import { readDocument } from "../../../src/scenario/document.ts";
import { tooDeep } from "../../../src/scenario/nesting.ts";

describe("a scenario's nesting", () => {
  it.each([
    ["brackets", `a: ${"[".repeat(40_000)}`, 67],
    ["braces", `a: ${"{b: ".repeat(10_000)}`, 259],
    ["dashes", `a:\n  ${"- ".repeat(20_000)}`, 133],
    ["question marks", "? ".repeat(20_000), 128],
    ["brackets behind a quotation", `a: "]"\nb: ${"[".repeat(100)}`, 74],
  ])("is too deep by %s", (_, text, offset) => {
    expect(tooDeep(text)).toBe(offset);
    expect(readDocument(text).problems).toMatchObject([{ fix: "nested too deep: no field lies so deep" }]);
  });

  it.each([
    ["in a comment", `a: 1 # ${"[".repeat(100)}\n# ${"[".repeat(100)}`],
    ["in quotes", `a: "${"[".repeat(100)}"\nb: '${"{".repeat(100)}'\nc: "\\"${"[".repeat(100)}"`],
    ["closed again", `a: [${"[1], ".repeat(1_000)}[1]]`],
    ["one below the other", "- [1]\n".repeat(1_000)],
    ["a line of dashes that is none", `a: ${"-".repeat(200)}`],
  ])("is not: %s", (_, text) => {
    expect(tooDeep(text)).toBeUndefined();
    expect(readDocument(text).problems).toEqual([]);
  });

  it("is not looked at in a text that is no scenario by its length", () => {
    expect(readDocument(`a: 1\n${"# comment\n".repeat(200_000)}`).problems).toMatchObject([
      { fix: "more than 1 MiB is no scenario" },
    ]);
  });
});
