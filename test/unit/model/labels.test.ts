import { describe, expect, it } from "vitest";
import { labelsText, NO_LABELS, readLabels, readNote, withLabels } from "../../../src/model/labels.ts";

describe("labels", () => {
  it("are names with values, of which the last counts", () => {
    const labels = readLabels(["build=4.3.1", "node= 3 ", "build=4.3.2", "url=a=b"]);
    expect(labels).toEqual({ build: "4.3.2", node: "3", url: "a=b" });
    expect(labelsText(labels)).toBe("build=4.3.2 node=3 url=a=b");
  });

  it.each([
    ["build"],
    ["build="],
    ["=4"],
    ["-x=4"],
    ["a b=4"],
    [`${"n".repeat(41)}=1`],
    [`a=${"v".repeat(101)}`],
    ["a=\u001b[31mred"],
    ["a=b\nc"],
    ["a=\u202eb"],
    ["__proto__=1"],
  ])("%j is none, and is told with what to write", (text) => {
    expect(() => readLabels([text])).toThrow(expect.objectContaining({ code: "label", exitCode: 2 }));
  });

  it("are bounded in their number, and kept beside those that were there", () => {
    const twenty = readLabels(Array.from({ length: 20 }, (_, index) => `n${index}=x`));
    const full = withLabels(NO_LABELS, { labels: twenty });
    expect(() => withLabels(full, { labels: { more: "x" } })).toThrow(expect.objectContaining({ code: "label" }));
    expect(withLabels(full, { labels: { more: "x" } }, ["n0"]).labels).not.toHaveProperty("n0");
    expect(withLabels({ labels: {}, note: "kept" }, { labels: { a: "1" } })).toEqual({
      labels: { a: "1" },
      note: "kept",
    });
  });

  it("a note is one line of up to 1,000 characters", () => {
    expect(readNote(" after the upgrade ")).toBe("after the upgrade");
    for (const text of ["a\nb", "x".repeat(1_001), "\u0007"]) {
      expect(() => readNote(text)).toThrow(expect.objectContaining({ code: "note" }));
    }
  });
});
