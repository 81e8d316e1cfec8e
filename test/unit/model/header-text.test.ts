import { validateHeaderValue } from "node:http";
import { expect, it } from "vitest";
import { unfitForHeader } from "../../../src/model/header-text.ts";

const refusedByNode = (text: string): boolean => {
  try {
    validateHeaderValue("X-Authorization", text);
    return false;
  } catch {
    return true;
  }
};

it.each([
  ["tb_abc-123", undefined],
  ["a\tb \u00e9", undefined],
  ["key\n", "a line break"],
  ["\r", "a line break"],
  ["\ud800", "a character that cannot be sent"],
  ["\u0000", "a character that cannot be sent"],
  ["\u20ac", "a character that cannot be sent"],
])("tells of %j what Node would refuse to send", (text, said) => {
  expect(unfitForHeader(text)).toBe(said);
  expect(refusedByNode(text)).toBe(said !== undefined);
});
