import { describe, expect, it } from "vitest";
import { readServerJson } from "../../../src/wires/server-json.ts";

const nested = (depth: number, inner = ""): string => "[".repeat(depth) + inner + "]".repeat(depth);

describe("what a server says in JSON", () => {
  it.each<[string, unknown]>([
    ['{"status":"SUCCESS","of":[1,null]}', { status: "SUCCESS", of: [1, null] }],
    ["null", null],
    ["", undefined],
    ["<html>", undefined],
    ['{"a":', undefined],
  ])("%j is %j", (text, value) => {
    expect(readServerJson(text)).toEqual(value);
  });

  it("is none where it is nested deeper than 64, lists and objects alike", () => {
    expect(JSON.stringify(readServerJson(nested(64)))).toBe(nested(64));
    expect(readServerJson(nested(65))).toBeUndefined();
    expect(readServerJson(nested(20_000))).toBeUndefined();
    expect(readServerJson(`${'{"a":'.repeat(65)}1${"}".repeat(65)}`)).toBeUndefined();
  });

  it("may have any number of brackets one beside the other, and within strings", () => {
    const beside = `[${Array.from({ length: 200 }, () => '{"a":[]}').join(",")}]`;
    expect(readServerJson(beside)).toHaveLength(200);
    const within = ["[".repeat(200), '\\"'.repeat(3) + "[".repeat(200), "\\", "{".repeat(200)];
    expect(readServerJson(JSON.stringify(within))).toEqual(within);
  });
});
