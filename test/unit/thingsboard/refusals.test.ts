import { describe, expect, it } from "vitest";
import {
  refusalByDisconnect,
  refusalByPuback,
  refusalOverCoap,
  refusalOverHttp,
  refused,
} from "../../../src/thingsboard/refusals.ts";

const ERROR_OBJECT = '{"status":500,"message":"…","errorCode":2,"timestamp":0}';

describe("what may exist after an answer that is no reply", () => {
  it.each([300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 413, 415, 429])("HTTP %i: nothing", (status) => {
    expect(refusalOverHttp(status, "")).toMatchObject({ made: "nothing" });
  });

  // A proxy that gave up waiting, and statuses that say nothing of what was done.
  it.each([202, 204, 408, 409, 418, 499, 500, 502, 503, 504, 520])("HTTP %i: perhaps the device", (status) => {
    expect(refusalOverHttp(status, "")).toMatchObject({ made: "unknown" });
  });

  it("HTTP 500: nothing where ThingsBoard's controller did not understand the request, else perhaps the device", () => {
    expect(refusalOverHttp(500, ERROR_OBJECT)).toEqual({ kind: "request-refused", made: "nothing" });
    expect(refusalOverHttp(500, "")).toEqual({ kind: "server-error", made: "unknown" });
    expect(refusalOverHttp(500, "<html>Bad</html>")).toEqual({ kind: "request-refused", made: "unknown" });
  });

  it.each(["4.00", "4.01", "4.03", "4.04", "4.05", "4.13", "4.15", "4.29"])("CoAP %s: nothing", (code) => {
    expect(refusalOverCoap(code)).toMatchObject({ made: "nothing" });
  });

  it.each(["3.00", "4.09", "5.00", "5.03", "5.04", "5.05"])("CoAP %s: perhaps the device", (code) => {
    expect(refusalOverCoap(code)).toMatchObject({ made: "unknown" });
  });

  it("MQTT 5: nothing where the message was not taken, perhaps the device after an error of the core's", () => {
    for (const code of [0x87, 0x90, 0x97, 0x99]) expect(refusalByPuback(code)).toMatchObject({ made: "nothing" });
    for (const code of [0x80, 0x83, 0x91]) expect(refusalByPuback(code)).toMatchObject({ made: "unknown" });
    for (const code of [0x81, 0x95, 0x96, 0x97]) expect(refusalByDisconnect(code)).toMatchObject({ made: "nothing" });
    // The server goes down, or has enough of the session: what it does with the request is its own.
    for (const code of [0x83, 0x8b, 0x8e, 0x98]) expect(refusalByDisconnect(code)).toBeUndefined();
  });

  it.each([
    ["HTTP 429", refusalOverHttp(429, "")],
    ["CoAP 4.29", refusalOverCoap("4.29")],
    ["PUBACK 0x97", refusalByPuback(0x97)],
    ["DISCONNECT 0x96", refusalByDisconnect(0x96)],
  ])("%s is a rate limit", (_, refusal) => {
    expect(refusal).toEqual({ kind: "rate-limited", made: "nothing" });
  });

  it("goes into the error of the wire", () => {
    expect(refused(refusalOverHttp(404, ""), "HTTP 404")).toMatchObject({ kind: "request-refused", nothingMade: true });
    expect(refused(refusalOverHttp(503, ""), "HTTP 503")).toMatchObject({ kind: "server-error", nothingMade: false });
  });
});
