import { describe, expect, it } from "vitest";
import { labelOf, labelsOf } from "../../../src/metrics/label.ts";

describe("a label", () => {
  it("is bounded and has no control characters, whatever a scenario is called", () => {
    expect(labelOf("steady")).toBe("steady");
    expect(labelOf('a"b\\c')).toBe('a"b\\c');
    expect(labelOf("a\nb\u0000c\u202Ed")).toBe("a\uFFFDb\uFFFDc\uFFFDd");
    expect(labelOf("x".repeat(5_000))).toHaveLength(100);
    expect(labelOf("\uD800")).toBe("\uFFFD");
  });

  it("is no other's, though both were cut to the same", () => {
    const long = "x".repeat(200);
    const labels = labelsOf([`${long}1`, `${long}2`, "other"]);
    expect(new Set(labels).size).toBe(3);
    expect(labels[2]).toBe("other");
  });
});
