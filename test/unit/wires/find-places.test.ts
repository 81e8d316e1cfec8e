import { describe, expect, it } from "vitest";
import type { Target } from "../../../src/model/plan.ts";
import { findPlaces, type Network, placesText } from "../../../src/wires/socket/find-places.ts";

const TARGET: Target = {
  transport: "mqtt",
  host: "tb",
  port: 1883,
  mqttVersion: "3.1.1",
  payload: "json",
  tls: undefined,
};

function network(names: Readonly<Record<string, readonly string[]>>, listening: readonly string[] = []): Network {
  const known = (host: string): Promise<readonly string[]> => {
    const found = names[host];
    return found === undefined ? Promise.reject(new Error("ENOTFOUND")) : Promise.resolve(found);
  };
  return {
    lookUp: known,
    nameServer: () => ({
      addresses: async (name, family) =>
        (await known(name))
          .filter((address) => address.includes(":") === (family === 6))
          .map((address) => ({ address, ttl: 60 })),
      services: () =>
        Promise.resolve([
          { name: "n2", port: 1884, priority: 10, weight: 3 },
          { name: "n1", port: 1883, priority: 10, weight: 0 },
          { name: "spare", port: 1883, priority: 20, weight: 1 },
        ]),
    }),
    answers: (address) => Promise.resolve(listening.includes(address)),
  };
}

const addresses = (target: Target) => (target.hosts ?? []).map(({ address }) => address);

describe("one name", () => {
  it.each([
    ["one address", ["10.0.0.1"]],
    ["one of each family, as localhost", ["::1", "127.0.0.1"]],
  ])("stays a name where it has %s", async (_, found) => {
    expect(await findPlaces(TARGET, network({ tb: found }))).toBe(TARGET);
  });

  it("stays a name where nobody can look it up: its devices tell", async () => {
    expect(await findPlaces(TARGET, network({}))).toBe(TARGET);
  });

  it("is all its addresses, always in the same order, and is still called by its name", async () => {
    const found = await findPlaces(TARGET, network({ tb: ["10.0.0.2", "10.0.0.1"] }));
    expect(found).toEqual({
      ...TARGET,
      address: "10.0.0.1",
      hosts: [
        { host: "tb", address: "10.0.0.1", port: 1883, weight: 0.5 },
        { host: "tb", address: "10.0.0.2", port: 1883, weight: 0.5 },
      ],
    });
    expect(placesText(found)).toBe("tb is 10.0.0.1, 10.0.0.2: devices are shared out to all of them, round-robin");
  });

  it("is the family that answers, those of it that do not answer included", async () => {
    const both = { tb: ["fd00::1", "fd00::2", "10.0.0.1", "10.0.0.2"] };
    expect(addresses(await findPlaces(TARGET, network(both, ["10.0.0.2"])))).toEqual(["10.0.0.1", "10.0.0.2"]);
    expect(addresses(await findPlaces(TARGET, network(both, ["fd00::2", "10.0.0.2"])))).toEqual(["fd00::1", "fd00::2"]);
  });

  it("is the family that the system prefers where nobody answers, and IPv4 over CoAP, where nobody can", async () => {
    const both = { tb: ["fd00::1", "fd00::2", "10.0.0.1", "10.0.0.2"] };
    expect(addresses(await findPlaces(TARGET, network(both)))).toEqual(["fd00::1", "fd00::2"]);
    const coap = await findPlaces({ ...TARGET, transport: "coap" }, network(both, ["fd00::1"]));
    expect(addresses(coap)).toEqual(["10.0.0.1", "10.0.0.2"]);
  });
});

it("leaves a list of addresses alone, and keeps the weight of a name in it whole", async () => {
  const hosts = [
    { host: "10.1.0.1", port: 1883, weight: 1 },
    { host: "tb", port: 1884, weight: 4 },
  ];
  const found = await findPlaces({ ...TARGET, host: "10.1.0.1", hosts }, network({ tb: ["10.0.0.1", "10.0.0.2"] }));
  expect(found.hosts).toEqual([
    { host: "10.1.0.1", port: 1883, weight: 1 },
    { host: "tb", address: "10.0.0.1", port: 1884, weight: 2 },
    { host: "tb", address: "10.0.0.2", port: 1884, weight: 2 },
  ]);
});

it("takes the SRV records of the first priority, with their ports and weights", async () => {
  const srv = { ...TARGET, host: "_mqtt._tcp.tb", srv: "_mqtt._tcp.tb" };
  const found = await findPlaces(srv, network({ n1: ["10.0.0.1"], n2: ["10.0.0.2"] }));
  expect(found.hosts).toEqual([
    { host: "n1", port: 1883, weight: 1 },
    { host: "n2", port: 1884, weight: 3 },
  ]);
  expect(found.host).toBe("n1");
});

it("connects by the address where a name server of its own was asked, be it one", async () => {
  const dns = { servers: ["10.9.9.9"], follow: false };
  const found = await findPlaces({ ...TARGET, dns }, network({ tb: ["10.0.0.1"] }));
  expect(found).toEqual({ ...TARGET, dns, address: "10.0.0.1" });
});

it("says which field to look at where that name server knows nothing", async () => {
  const dns = { servers: ["10.9.9.9"], follow: false };
  await expect(findPlaces({ ...TARGET, dns }, network({}))).rejects.toMatchObject({
    code: "places",
    message: "The name servers know no address of tb: ENOTFOUND.",
    hint: expect.stringContaining("target.dns.servers"),
  });
});
