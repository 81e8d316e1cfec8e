import { expect, it } from "vitest";
import { verdictOfCode, verdictOfConnack, verdictOfStatus } from "../../../src/thingsboard/login-refusals.ts";

it.each([
  [401, "refused"],
  [403, "refused"],
  [429, "rate-limited"],
  [301, "request-refused"],
  [302, "request-refused"],
  [307, "request-refused"],
  [400, "request-refused"],
  [404, "request-refused"],
  [407, "request-refused"],
  [408, "request-refused"],
  [500, "server-error"],
  [502, "server-error"],
  [503, "server-error"],
  [504, "server-error"],
  [599, "server-error"],
  [204, "request-refused"],
])("HTTP %i to a login is %s: only an answer about the credential is a refusal of it", (status, what) => {
  const verdict = verdictOfStatus(status, undefined);
  expect(verdict.state === "unreachable" ? verdict.kind : verdict.state).toBe(what);
});

it("says where a redirect leads, bounded and without control characters", () => {
  expect(verdictOfStatus(301, "https://tb/\u001b[2J")).toMatchObject({
    state: "unreachable",
    detail: expect.stringMatching(/^301 moved permanently, redirects to https:\/\/tb\//),
  });
  expect(JSON.stringify(verdictOfStatus(302, `\u001b${"x".repeat(10_000)}`)).length).toBeLessThan(400);
});

it.each([
  ["4.01", "refused"],
  ["4.03", "refused"],
  ["4.29", "rate-limited"],
  ["4.00", "request-refused"],
  ["4.04", "request-refused"],
  ["5.00", "server-error"],
  ["5.03", "server-error"],
  ["5.09", "server-error"],
])("CoAP %s to a login is %s", (code, what) => {
  const verdict = verdictOfCode(code);
  expect(verdict.state === "unreachable" ? verdict.kind : verdict.state).toBe(what);
});

it("has the code of a refusal over CoAP as a number", () => {
  expect(verdictOfCode("4.01")).toEqual({ state: "refused", code: 401, reason: "4.01 unauthorized" });
});

it.each([
  [2, "3.1.1", "refused"],
  [4, "3.1.1", "refused"],
  [5, "3.1", "refused"],
  [3, "3.1.1", "server-error"],
  [1, "3.1.1", "session-refused"],
  [0x85, "5", "refused"],
  [0x86, "5", "refused"],
  [0x87, "5", "refused"],
  [0x8a, "5", "refused"],
  [0x8c, "5", "refused"],
  [0x88, "5", "server-error"],
  [0x89, "5", "server-error"],
  [0x83, "5", "server-error"],
  [0x9f, "5", "rate-limited"],
  [0x97, "5", "rate-limited"],
  [0x96, "5", "rate-limited"],
  [0x9c, "5", "session-refused"],
  [0x84, "5", "session-refused"],
] as const)("CONNACK %i of MQTT %s to a login is %s", (code, version, what) => {
  const verdict = verdictOfConnack(code, version);
  expect(verdict.state === "unreachable" ? verdict.kind : verdict.state).toBe(what);
});
