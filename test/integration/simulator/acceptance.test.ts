import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sha3 } from "../../../src/simulator/core/credentials.ts";
import { DEFAULT_TENANT } from "../../../src/simulator/options.ts";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import { SUBSCRIBE, login, openProvision, provision, publishPacket, request } from "./client.ts";

const NOT_FOUND = { errorMsg: "Provision data was not found!", status: "NOT_FOUND" };
const KEYS = { provisionDeviceKey: "testProvisionKey", provisionDeviceSecret: "testProvisionSecret" };

/** ThingsBoard's own tests as far as they concern MQTT and HTTP: the contract, section 7, by its row numbers. */
describe("acceptance table", () => {
  let simulator: Simulator;
  let port: number;
  const stored = (name: string) => simulator.store.deviceByName(DEFAULT_TENANT, name);

  beforeAll(async () => {
    simulator = await startSimulator({
      profiles: [
        { name: "create", key: "testProvisionKey", secret: "testProvisionSecret", strategy: "allow-create" },
        { name: "check", key: "checkKey", secret: "checkSecret", strategy: "pre-provisioned" },
        { name: "off", key: "offKey", secret: "offSecret", strategy: "disabled" },
      ],
      devices: [
        { profile: "check", name: "known", credentials: { type: "ACCESS_TOKEN", token: "known_token" } },
        { profile: "create", name: "other profile" },
        { profile: "create", name: "A1", credentials: { type: "ACCESS_TOKEN", token: "A1_token" } },
      ],
      http: {},
      limits: { takeoverMs: 5 },
    });
    port = simulator.port;
  });
  afterAll(() => simulator.close());

  it("M1, B4: a disabled profile is not found", async () => {
    const keys = { provisionDeviceKey: "offKey", provisionDeviceSecret: "offSecret" };
    expect(await provision(port, 4, { deviceName: "M1", ...keys })).toEqual(NOT_FOUND);
    expect(await provision(port, 4, keys)).toEqual(NOT_FOUND);
  });

  it.each([4, 5] as const)("M2, V1: without credentials an access token is made (MQTT %i)", async (version) => {
    const answer = await provision(port, version, { deviceName: `M2-${version}`, ...KEYS });
    expect(answer).toEqual({
      credentialsValue: stored(`M2-${version}`)?.credentials.id,
      credentialsType: "ACCESS_TOKEN",
      status: "SUCCESS",
    });
  });

  it("M3: a gateway is flagged", async () => {
    expect(await provision(port, 4, { deviceName: "M3", gateway: true, ...KEYS })).toMatchObject({ status: "SUCCESS" });
    expect(stored("M3")?.gateway).toBe(true);
  });

  it("M4: an access token of the device's choice", async () => {
    const asked = { deviceName: "M4", credentialsType: "ACCESS_TOKEN", token: "test_token" };
    const answer = await provision(port, 4, { ...asked, ...KEYS });
    expect(answer).toEqual({ credentialsValue: "test_token", credentialsType: "ACCESS_TOKEN", status: "SUCCESS" });
  });

  it("M5: a certificate, which nobody checks", async () => {
    const asked = { deviceName: "M5", credentialsType: "X509_CERTIFICATE", hash: "testHash" };
    const answer = await provision(port, 4, { ...asked, ...KEYS });
    expect(answer).toEqual({ credentialsValue: "testHash", credentialsType: "X509_CERTIFICATE", status: "SUCCESS" });
    expect(stored("M5")?.credentials.id).toBe("57f6600424d6553263f1f32e0117012894a36fbf07e3e9c3c556272f86b7d985");
  });

  it("M6: MQTT_BASIC", async () => {
    const basic = { clientId: "test_clientId", username: "test_username", password: "test_password" };
    const answer = await provision(port, 4, { deviceName: "M6", credentialsType: "MQTT_BASIC", ...basic, ...KEYS });
    expect(answer).toEqual({
      credentialsValue: { clientId: "test_clientId", userName: "test_username", password: "test_password" },
      credentialsType: "MQTT_BASIC",
      status: "SUCCESS",
    });
    expect(stored("M6")?.credentials.id).toBe(sha3("test_clientId|test_username"));
  });

  it("M7: a pre-provisioned device gets what it has, again and again; others get FAILURE", async () => {
    const keys = { provisionDeviceKey: "checkKey", provisionDeviceSecret: "checkSecret" };
    const ask = (deviceName: string) => provision(port, 4, { deviceName, token: "ignored", ...keys });
    const success = { credentialsValue: "known_token", credentialsType: "ACCESS_TOKEN", status: "SUCCESS" };
    expect(await ask("known")).toEqual(success);
    expect(await ask("known")).toEqual(success);
    expect(await ask("unknown")).toMatchObject({ status: "FAILURE" });
    expect(await ask("other profile")).toMatchObject({ status: "FAILURE" });
  });

  it("M8: a key that nobody has", async () => {
    const keys = { provisionDeviceKey: "testProvisionKeyOrig", provisionDeviceSecret: "testProvisionSecret" };
    expect(await provision(port, 4, { deviceName: "M8", ...keys })).toEqual(NOT_FOUND);
  });

  it("B1, B2: the answer comes without a subscription, to QoS 0 as well", async () => {
    const events = await request(port, 4, { deviceName: "B2", ...KEYS }, 0);
    expect(events).toMatchObject([{ cmd: "publish", topic: "/provision/response", qos: 1, messageId: 1 }]);
  });

  it("B3: SUBACK grants the response topic only, and the session survives", async () => {
    const client = await openProvision(port, 5);
    const topics = ["/provision/response", "v1/devices/me/attributes"];
    client.send({ ...SUBSCRIBE, subscriptions: topics.map((topic) => ({ topic, qos: 1 })) } as typeof SUBSCRIBE);
    expect(await client.next()).toMatchObject({ cmd: "suback", granted: [1, 0x8f] });
    client.send({ cmd: "pingreq" });
    expect(await client.next()).toMatchObject({ cmd: "pingresp" });
    client.send({ cmd: "unsubscribe", messageId: 9, unsubscriptions: ["/provision/response", "x"] });
    expect(await client.next()).toMatchObject({ cmd: "unsuback", messageId: 9, granted: [0, 0x11] });
    client.end();
  });

  it("B5: a regular topic ends a provision session", async () => {
    const client = await openProvision(port, 5);
    client.send(publishPacket("v1/devices/me/telemetry", "{}", 0));
    expect(await client.rest()).toMatchObject([{ cmd: "disconnect", reasonCode: 0x90 }, { cmd: "closed" }]);
  });

  it("B6, A4: MQTT 5 codes, and a DISCONNECT that repeats them", async () => {
    const cases = [
      [{ clientId: "c", username: "wrong" }, 0x86],
      [{ clientId: "unknown" }, 0x85],
      [{ clientId: "" }, 0x87],
    ] as const;
    for (const [identity, code] of cases) {
      const { code: seen, client } = await login(port, 5, identity);
      expect(seen).toBe(code);
      // Only 0x87 may stand in a DISCONNECT; a strict reader stumbles over the others.
      const [goodbye] = await client.rest();
      expect(goodbye).toMatchObject(
        code === 0x87
          ? { cmd: "disconnect", reasonCode: code }
          : { cmd: "unreadable", message: "Invalid disconnect reason code" },
      );
    }
    expect((await login(port, 5, { username: "A1_token" })).code).toBe(0);
  });

  it("A3: MQTT 3.1.1 codes", async () => {
    expect((await login(port, 4, { username: "wrong" })).code).toBe(5);
    expect((await login(port, 4, { clientId: "unknown" })).code).toBe(2);
    expect((await login(port, 4, { clientId: "" })).code).toBe(5);
  });

  it("B7: a second session takes over from the first", async () => {
    const first = await login(port, 5, { clientId: "one", username: "known_token" });
    const second = await login(port, 5, { clientId: "two", username: "known_token" });
    expect(await first.client.rest()).toMatchObject([{ cmd: "disconnect", reasonCode: 0x8e }, { cmd: "closed" }]);
    second.client.send({ cmd: "pingreq" });
    expect(await second.client.next()).toMatchObject({ cmd: "pingresp" });
    second.client.end();
  });

  it("B8: new credentials and a removed device end the session", async () => {
    const device = stored("other profile");
    if (device === undefined) throw new Error("the fixture is gone");
    const { client } = await login(port, 5, { username: device.credentials.id });
    simulator.sessions.expel(device);
    expect(await client.rest()).toMatchObject([{ cmd: "disconnect", reasonCode: 0x98 }, { cmd: "closed" }]);
  });

  describe("HTTP", () => {
    const post = async (path: string, body: string) => {
      const response = await fetch(`http://127.0.0.1:${simulator.httpPort}${path}`, { method: "POST", body });
      return { status: response.status, body: await response.text() };
    };

    it("H1-H4: the same answers, always 200", async () => {
      const check = { deviceName: "known", provisionDeviceKey: "checkKey", provisionDeviceSecret: "checkSecret" };
      expect(JSON.parse((await post("/api/v1/provision", JSON.stringify(check))).body)).toMatchObject({
        credentialsValue: "known_token",
        status: "SUCCESS",
      });
      await post("/api/v1/provision", JSON.stringify({ deviceName: "H3", gateway: true, ...KEYS }));
      expect(stored("H3")?.gateway).toBe(true);
      const off = { provisionDeviceKey: "offKey", provisionDeviceSecret: "offSecret" };
      expect(await post("/api/v1/provision", JSON.stringify(off))).toEqual({
        status: 200,
        body: JSON.stringify(NOT_FOUND),
      });
      expect((await post("/api/v1/provision", "")).status).toBe(400);
    });

    it.each([
      ["POST", "/api/v1/provision", "{no", 500, "close"],
      ["POST", "/api/v1/provision", "", 400, "close"],
      ["POST", "/api/v1/nobody/telemetry", "{}", 401, "keep-alive"],
      ["PUT", "/api/v1/provision", "{}", 405, "keep-alive"],
    ])("%s %s of %j: %d, then %s", async (method, path, body, status, connection) => {
      const response = await fetch(`http://127.0.0.1:${simulator.httpPort}${path}`, { method, body });
      await response.body?.cancel();
      expect(response.status).toBe(status);
      expect(response.headers.get("connection")).toBe(connection);
    });

    it("lets an access token in, and nothing else", async () => {
      expect(await post("/api/v1/A1_token/attributes", '{"model":"x"}')).toEqual({ status: 200, body: "" });
      expect(await post("/api/v1/A1_token/telemetry", '{"a":1}')).toEqual({ status: 200, body: "" });
      const read = await fetch(`http://127.0.0.1:${simulator.httpPort}/api/v1/A1_token/attributes?clientKeys=model`);
      expect(await read.json()).toEqual({ client: { model: "x" } });
      expect(await post("/api/v1/nobody/telemetry", "{}")).toEqual({ status: 401, body: "" });
    });
  });
});
