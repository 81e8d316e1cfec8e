import { expect, it } from "vitest";
import { leadsToLoopback, severalAddresses, severalText } from "../../../src/wires/socket/several-addresses.ts";

it.each([
  ["tb", ["10.0.0.1", "10.0.0.2"], 2],
  ["tb", ["10.0.0.1", "fd00::1"], 2],
  ["tb", ["10.0.0.1"], 0],
  ["localhost", ["::1", "127.0.0.1"], 0],
  ["10.0.0.1", ["10.0.0.1", "10.0.0.2"], 0],
])("%s with the addresses %j: %i to be warned of", async (host, addresses, count) => {
  const found = await severalAddresses(host, () => Promise.resolve(addresses.map((address) => ({ address }))));
  expect(found).toHaveLength(count);
});

it("leaves a name without an address to the devices that are connected there", async () => {
  expect(await severalAddresses("tb", () => Promise.reject(new Error("ENOTFOUND")))).toEqual([]);
});

it("names three of many", () => {
  expect(severalText("tb", ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"])).toContain(
    "tb is 10.0.0.1, 10.0.0.2, 10.0.0.3, and 1 more: all load goes to the first",
  );
});

it.each<[string, readonly string[], boolean]>([
  ["127.0.0.53", [], true],
  ["::1", [], true],
  ["::ffff:127.0.0.1", [], true],
  ["10.0.0.1", [], false],
  ["localhost", ["127.0.0.1", "::1"], true],
  ["tb", ["127.0.0.1", "10.0.0.1"], false],
  ["127.0.0.1.example.com", ["10.0.0.1"], false],
  ["nowhere", [], false],
])("%s with the addresses %j leads to this machine alone: %j", async (host, addresses, alone) => {
  expect(await leadsToLoopback(host, () => Promise.resolve(addresses.map((address) => ({ address }))))).toBe(alone);
});
