import fc from "fast-check";
import { expect, it } from "vitest";
import { jsonText } from "../../../src/writing/json-text.ts";

const OBEYED = /[\u007F-\u009F\u2028\u2029\u200E\u200F\u202A-\u202E\u2066-\u2069\u061C]/u;

it("says what a terminal would obey by its number", () => {
  const text = "\u0007\u009b\u2028\u2029\u200e\u200f\u202a\u202e\u2066\u2069\u061c\u{e0001}\ud800é温";
  expect(jsonText({ text })).toBe(
    '{"text":"\\u0007\\u009b\\u2028\\u2029\\u200e\\u200f\\u202a\\u202e\\u2066\\u2069\\u061c\\udb40\\udc01\\ud800é温"}',
  );
});

it("is the same value to whoever parses it, however it is laid out", () => {
  const hostile = fc.string({ unit: fc.constantFrom("a", "\u009b", "\u2028", "\u202e", "\\", '"', "\n", "\u{e0001}") });
  fc.assert(
    fc.property(fc.dictionary(hostile, hostile), fc.constantFrom(undefined, 2), (value, indent) => {
      const text = jsonText(value, indent);
      expect(JSON.parse(text)).toEqual(value);
      expect(text).not.toMatch(OBEYED);
    }),
  );
});
