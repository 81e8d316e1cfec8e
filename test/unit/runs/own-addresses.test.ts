import { describe, expect, it } from "vitest";
import type { Target } from "../../../src/model/plan.ts";
import { sourcesOf, withOwnAddresses } from "../../../src/runs/machine/own-addresses.ts";

const interfaces = {
  lo: [{ address: "127.0.0.1", family: "IPv4", internal: true }],
  eth0: [
    { address: "10.0.0.11", family: "IPv4", internal: false },
    { address: "10.0.0.12", family: "IPv4", internal: false },
    { address: "fd00::11", family: "IPv6", internal: false },
  ],
} as const;

const target = (from: Target["from"], host = "tb.example.com"): Target => ({
  transport: "mqtt",
  host,
  port: 1883,
  mqttVersion: "3.1.1",
  payload: "json",
  tls: undefined,
  from,
});
const sources = (from: Target["from"], host?: string) => withOwnAddresses(target(from, host), interfaces).from;

describe("own addresses", () => {
  it("are of a list those that this machine has: the list may be for several machines", () => {
    expect(sources(["10.0.0.12", "10.0.0.99"])).toEqual(["10.0.0.12"]);
    expect(sources(["127.0.0.7"])).toEqual(["127.0.0.7"]);
  });

  it("are by auto all but loopback, of the target's family", () => {
    expect(sources("auto")).toEqual(["10.0.0.11", "10.0.0.12"]);
    expect(sources("auto", "fd00::1")).toEqual(["fd00::11"]);
  });

  it("are left to the system where nothing is said", () => {
    expect(sources(undefined)).toBeUndefined();
    expect(sourcesOf(target(undefined))).toBe(1);
    expect(sourcesOf(target(["127.0.0.2", "127.0.0.3", "127.0.0.3"]))).toBe(2);
  });

  it("that are not there are a mistake, with the field and a fix", () => {
    expect(() => sources(["10.0.0.99"])).toThrow("target.from: 10.0.0.99: this machine has none of these addresses.");
    expect(() => withOwnAddresses(target("auto"), {})).toThrow("no IPv4 address but loopback");
  });
});
