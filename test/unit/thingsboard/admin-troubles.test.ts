import { describe, expect, it } from "vitest";
import { unreachable } from "../../../src/thingsboard/admin-troubles.ts";
import { ASK_CODES, AskError } from "../../../src/wires/http/ask-http.ts";

const ORIGIN = "http://tb:8080";

describe("a REST API that does not answer", () => {
  it.each([
    new AskError(ASK_CODES.late, "no answer within 30 s"),
    new AskError(ASK_CODES.notConnected, "no connection within 10 s"),
    Object.assign(new Error("connect ETIMEDOUT"), { code: "ETIMEDOUT" }),
  ])("in time is overloaded or stands still: $code", (error) => {
    const { code, message, hint } = unreachable(ORIGIN, error);
    expect([code, message]).toEqual(["admin-unreachable", expect.stringContaining("does not answer in time")]);
    expect(hint).toMatch(/overloaded, or stand still/);
    expect(hint).not.toMatch(/URL/);
  });

  it("at all may have another address", () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
    expect(unreachable(ORIGIN, refused).hint).toMatch(/^Check the URL/);
  });
});
