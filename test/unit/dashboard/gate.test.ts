import { describe, expect, it } from "vitest";
import { type Asked, type Gate, refusalOf } from "../../../src/dashboard/gate.ts";

const LOCAL: Gate = { token: "t0ken", host: "127.0.0.1", port: 8090 };
const OPEN: Gate = { token: "t0ken", host: "0.0.0.0", port: 8090 };
const asked = (more: Partial<Asked> = {}): Asked => ({
  method: "GET",
  host: "127.0.0.1:8090",
  origin: undefined,
  site: undefined,
  token: undefined,
  isAsset: false,
  ...more,
});
const statusOf = (more: Partial<Asked>, gate: Gate = LOCAL) => refusalOf(asked(more), gate)?.[0];

describe("on this machine", () => {
  it.each<[string, Partial<Asked>, number | undefined]>([
    ["reading is free", {}, undefined],
    ["by each of its names", { host: "localhost:8090" }, undefined],
    ["also of IPv6", { host: "[::1]:8090" }, undefined],
    ["not by a name that leads here", { host: "evil.example:8090" }, 421],
    ["not by the address of a network", { host: "10.0.0.5:8090" }, 421],
    ["not at another port", { host: "127.0.0.1:8091" }, 421],
    ["not without a host", { host: undefined }, 421],
    ["not with a host that is none", { host: "127.0.0.1:8090@evil" }, 421],
    ["a POST needs the token", { method: "POST" }, 401],
    ["and the right one", { method: "POST", token: "t0kem" }, 401],
    ["with it, it passes", { method: "POST", token: "t0ken" }, undefined],
    [
      "from its own page",
      { method: "POST", token: "t0ken", origin: "http://127.0.0.1:8090", site: "same-origin" },
      undefined,
    ],
    ["not from another page", { method: "POST", token: "t0ken", origin: "http://evil.example" }, 403],
    ["nor from one without an address", { method: "POST", token: "t0ken", origin: "null" }, 403],
    [
      "nor from one of this machine at another port",
      { method: "POST", token: "t0ken", origin: "http://127.0.0.1:80" },
      403,
    ],
    ["nor where the browser says so", { method: "POST", token: "t0ken", site: "cross-site" }, 403],
    ["nor is anything read by another page", { origin: "http://evil.example" }, 403],
    ["no other method", { method: "PUT", token: "t0ken" }, 405],
  ])("%s", (_, more, status) => {
    expect(statusOf(more)).toBe(status);
  });
});

describe("beyond this machine", () => {
  it.each<[string, Partial<Asked>, number | undefined]>([
    ["reading needs the token", { host: "10.0.0.5:8090" }, 401],
    ["from this machine too", {}, 401],
    ["with it, it passes", { host: "10.0.0.5:8090", token: "t0ken" }, undefined],
    ["script and library are no secret", { host: "10.0.0.5:8090", isAsset: true }, undefined],
    ["not by a name that leads here", { host: "evil.example:8090", token: "t0ken" }, 421],
  ])("%s", (_, more, status) => {
    expect(statusOf(more, OPEN)).toBe(status);
  });

  it("takes the name that it was given", () => {
    const named: Gate = { ...OPEN, host: "build-7.example" };
    expect(statusOf({ host: "Build-7.example:8090", token: "t0ken" }, named)).toBeUndefined();
    expect(statusOf({ host: "build-8.example:8090", token: "t0ken" }, named)).toBe(421);
  });
});
