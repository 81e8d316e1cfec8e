import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_TENANT } from "../../../src/simulator/options.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import { type Issued, issue } from "./certificates.ts";
import { connectPacket, login, openClient, provision } from "./client.ts";

describe("MQTT over TLS", () => {
  let simulator: Simulator;
  let ca: Issued;
  let known: Issued;
  let stranger: Issued;
  let expired: Issued;

  beforeAll(async () => {
    const server = await issue("localhost");
    ca = await issue("Company CA");
    known = await issue("known");
    stranger = await issue("stranger");
    expired = await issue("expired", undefined, -1);
    simulator = await startSimulator({
      profiles: [
        { name: "create", key: "k", secret: "s", strategy: "allow-create" },
        { name: "chain", key: "", secret: ca.cert, strategy: "x509-chain", namePattern: "(.*)\\.company\\.com" },
      ],
      devices: [
        { profile: "create", name: "known", credentials: { type: "X509_CERTIFICATE", certificate: known.cert } },
        { profile: "create", name: "expired", credentials: { type: "X509_CERTIFICATE", certificate: expired.cert } },
        { profile: "create", name: "token", credentials: { type: "ACCESS_TOKEN", token: "t" } },
        { profile: "chain", name: "Token" },
        { profile: "create", name: "Elsewhere" },
      ],
      tls: { key: server.key, cert: server.cert },
    });
  });
  afterAll(() => simulator.close());

  const enter = async (tls: { readonly cert?: string; readonly key?: string }, identity = {}, version: 4 | 5 = 4) => {
    const { code, client } = await login(simulator.tlsPort ?? 0, version, identity, tls);
    client.end();
    return code;
  };
  const chainOf = (leaf: Issued) => ({ cert: `${leaf.cert}\n${ca.cert}`, key: leaf.key });

  it("admits a device by its certificate, whatever else it says", async () => {
    expect(await enter(known)).toBe(0);
    expect(await enter(known, { username: "nobody" }, 5)).toBe(0);
  });

  it("refuses an unknown and an expired certificate at CONNECT, not in the handshake", async () => {
    expect(await enter(stranger)).toBe(5);
    expect(await enter(stranger, {}, 5)).toBe(0x87);
    expect(await enter(expired)).toBe(5);
  });

  it("admits by token and lets in provision, with or without a certificate", async () => {
    expect(await enter({}, { username: "t" })).toBe(0);
    expect(await enter(stranger, { username: "provision" })).toBe(0);
  });

  it("refuses the certificate's device over plain TCP", async () => {
    const { code, client } = await login(simulator.port, 4, { username: "known" });
    expect(code).toBe(5);
    client.end();
  });

  it("admits with a certificate that a provision request brought", async () => {
    const made = await issue("made");
    const asked = { provisionDeviceKey: "k", provisionDeviceSecret: "s", credentialsType: "X509_CERTIFICATE" };
    const answer = await provision(simulator.port, 4, { ...asked, deviceName: "made", hash: made.cert });
    expect(answer).toEqual({ credentialsValue: made.der, credentialsType: "X509_CERTIFICATE", status: "SUCCESS" });
    expect(await enter(made)).toBe(0);
  });

  it("X1, X2: provisions by the chain during the handshake, and replaces a certificate", async () => {
    const first = await issue("DeviceA.company.com", ca);
    expect(await enter(chainOf(first))).toBe(0);
    const device = simulator.store.deviceByName(DEFAULT_TENANT, "DeviceA");
    expect(device).toMatchObject({ told: "told", credentials: { certificate: first.der } });
    const second = await issue("DeviceA.company.com", ca);
    expect(await enter(chainOf(second))).toBe(0);
    expect(device?.credentials).toMatchObject({ certificate: second.der });
    expect(await enter({ cert: first.cert, key: first.key })).toBe(5);
    expect(await enter(chainOf(await issue("elsewhere.org", ca)))).toBe(5);
  });

  it("keeps a device that has credentials of another kind, or another profile, as it is", async () => {
    for (const name of ["Token", "Elsewhere"]) {
      expect(await enter(chainOf(await issue(`${name}.company.com`, ca)))).toBe(5);
      expect(simulator.store.deviceByName(DEFAULT_TENANT, name)?.credentials.type).toBe("ACCESS_TOKEN");
    }
  });

  it("creates the device of an expired certificate, which it then refuses", async () => {
    expect(await enter(chainOf(await issue("Late.company.com", ca, -1)))).toBe(5);
    await expect.poll(() => simulator.store.deviceByName(DEFAULT_TENANT, "Late")?.told).toBe("ghost");
  });

  it("makes a name up where the pattern finds an empty one", async () => {
    const { size } = simulator.store;
    expect(await enter(chainOf(await issue(".company.com", ca)))).toBe(0);
    expect(simulator.store.size).toBe(size + 1);
  });

  it("knows a root by what it has signed, not by its name", async () => {
    const alien = await issue("Company CA");
    const forged = await issue("DeviceF.company.com", alien);
    expect(await enter({ cert: `${forged.cert}\n${alien.cert}`, key: forged.key })).toBe(5);
    // The connection ends before its CONNACK.
    expect(await enter({ cert: `${forged.cert}\n${ca.cert}`, key: forged.key })).toBe(-1);
    expect(simulator.store.deviceByName(DEFAULT_TENANT, "DeviceF")).toBeUndefined();
  });

  it("provisions in the handshake of a client that comes in as provision, too", async () => {
    expect(await enter(chainOf(await issue("DeviceP.company.com", ca)), { username: "provision" })).toBe(0);
    expect(simulator.store.deviceByName(DEFAULT_TENANT, "DeviceP")).toBeDefined();
  });

  it("survives a client that speaks no TLS", async () => {
    const client = openClient(simulator.tlsPort ?? 0, 4);
    client.send(connectPacket(4, { username: "t" }));
    expect((await client.rest()).at(-1)).toEqual({ cmd: "closed" });
    expect(await enter({}, { username: "t" })).toBe(0);
  });
});
