import { describe, expect, it } from "vitest";
import { z } from "zod";
import { valueOf } from "../../../src/conformance/cases/rest-answers.ts";
import { fieldsOf, fieldText, readJsonAnswer } from "../../../src/conformance/answer.ts";

describe("an answer to a provision request", () => {
  it.each(["null", "[]", "5", "nope", ""])("that is %j is unreadable, and no mistake of rollcall", (body) => {
    expect(readJsonAnswer(body)).toMatchObject({ status: `unreadable ${JSON.stringify(body)}`, body });
    expect(fieldsOf(body)).toEqual({});
  });

  it("is read by its fields", () => {
    expect(readJsonAnswer('{"status":"SUCCESS","credentialsType":5}')).toMatchObject({
      status: "SUCCESS",
      credentialsType: undefined,
    });
  });
});

describe("a field of an answer", () => {
  it.each<[unknown, string]>([
    ["word", "word"],
    [404, "404"],
    [undefined, "undefined"],
    [null, "null"],
    [{ toString: 1, valueOf: 1 }, '{"toString":1,"valueOf":1}'],
    [[[], ["a"]], '[[],["a"]]'],
  ])("that is %j is a text", (value, text) => {
    expect(fieldText(value)).toBe(text);
  });
});

describe("an answer over REST", () => {
  const page = z.object({ data: z.array(z.string()) });

  it("gives what the case asks of it", () => {
    expect(valueOf(page, { status: 200, body: {}, value: { data: ["a"], more: 1 } })).toEqual({ data: ["a"] });
  });

  it.each<[unknown, string]>([
    [null, "200, without the value that belongs there"],
    [{}, "200, without the data that belongs there"],
    [{ data: [5] }, "200, without the data.0 that belongs there"],
  ])("that is %j instead is what came", (value, came) => {
    expect(() => valueOf(page, { status: 200, body: {}, value })).toThrow(came);
  });
});
