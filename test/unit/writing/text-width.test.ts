import { describe, expect, it } from "vitest";
import { displayWidth, padTo, printable, truncate, wrapText } from "../../../src/writing/text-width.ts";

describe("text in a terminal", () => {
  it("takes two columns for an East Asian wide character or an emoji, one for a letter with its accents", () => {
    expect(["abc", "温度", "👍🏽", "e\u0301", "…"].map(displayWidth)).toEqual([3, 4, 2, 1, 1]);
  });

  it("takes one column for each letter, dash, arrow, line and block that reports are written with, alone and beside wide ones", () => {
    const spans = [
      [0x20, 0x7e],
      [0xa1, 0xac],
      [0xae, 0x24f],
      [0x2010, 0x2027],
      [0x2030, 0x205e],
      [0x2190, 0x22ff],
      [0x2500, 0x259f],
      [0x2800, 0x28ff],
    ] as const;
    const all = spans.map(([from, to]) =>
      String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, index) => from + index)),
    );
    for (const text of all) {
      expect(displayWidth(text)).toBe(text.length);
      // Beside a wide one the text is cut into what a reader sees as characters.
      expect(displayWidth(`${text}温`)).toBe(text.length + 2);
    }
  });

  it("cannot move the cursor, change colours or turn the direction of reading", () => {
    expect(printable("a\u001B[31mb\r\nc\td\u202Ee\u0000")).toBe("a\u{FFFD}[31mb c d\u{FFFD}e\u{FFFD}");
  });

  it("is padded by columns, not by characters", () => {
    expect(padTo("温度", 6)).toBe("温度  ");
    expect(padTo("温度", 6, "right")).toBe("  温度");
    expect(padTo("too long", 3)).toBe("too long");
  });

  it("is cut with an ellipsis", () => {
    expect(truncate("provisioned", 6)).toBe("provi…");
    expect(truncate("温度計", 4)).toBe("温…");
    expect(truncate("short", 5)).toBe("short");
  });

  it("is broken at spaces, and a long word where the line ends", () => {
    expect(wrapText("one two three", 7)).toEqual(["one two", "three"]);
    expect(wrapText("abcdefgh ij", 3)).toEqual(["abc", "def", "gh", "ij"]);
    expect(wrapText("", 10)).toEqual([""]);
  });

  it.each(["E", "温", "e\u0301"])("is broken in a time that grows with its length alone: %s", (character) => {
    const word = character.repeat(300_000);
    const lines = wrapText(word, 50);
    expect(lines.join("")).toBe(word);
    expect(Math.max(...lines.map(displayWidth))).toBe(50);
  });

  it("is not broken between a figure and its unit", () => {
    expect(wrapText("rate of 45.8 %.", 12)).toEqual(["rate of", "45.8 %."]);
    expect(wrapText("it was 12 hours", 9)).toEqual(["it was 12", "hours"]);
  });
});
