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

it.each([
  [
    "write EPROTO 40:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:../deps/x.c:77:",
    "EPROTO",
    "http://tb:8080 does not answer: wrong version number.",
  ],
  [
    "self-signed certificate; if the root CA is installed locally, try running Node.js with --use-system-ca",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "The certificate of http://tb:8080 is not trusted: self-signed certificate.",
  ],
])("what is wrong with TLS is told without words for programmers: %s", (said, code, message) => {
  expect(unreachable(ORIGIN, Object.assign(new Error(said), { code })).message).toBe(message);
});

it("a server that closes its connection is no wrong address", () => {
  const { hint } = unreachable(
    ORIGIN,
    new AskError(ASK_CODES.closed, "the connection was closed before the whole answer"),
  );
  expect(hint).toMatch(/^Look at its log/);
});
