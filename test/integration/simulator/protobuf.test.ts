import { createSocket } from "node:dgram";
import { once } from "node:events";
import { generate, parse } from "coap-packet";
import type { IPublishPacket } from "mqtt-packet";
import protobuf from "protobufjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../../src/simulator/simulator.ts";
import { request } from "./client.ts";

/** ThingsBoard's messages, by a library that is not the simulator's. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  enum CredentialsType { ACCESS_TOKEN = 0; X509_CERTIFICATE = 1; MQTT_BASIC = 2; LWM2M_CREDENTIALS = 3; }
  enum ResponseStatus { UNKNOWN = 0; SUCCESS = 1; NOT_FOUND = 2; FAILURE = 3; }
  message Keys { string provisionDeviceKey = 1; string provisionDeviceSecret = 2; }
  message Token { string token = 1; }
  message Certificate { string hash = 1; }
  message Basic { string clientId = 1; string userName = 2; string password = 3; }
  message Data { Token token = 1; Certificate certificate = 2; Basic basic = 3; }
  message Request { string deviceName = 1; CredentialsType credentialsType = 2; Keys keys = 3; Data data = 4; bool gateway = 5; }
  message Response { ResponseStatus status = 1; CredentialsType credentialsType = 2; string credentialsValue = 3; }
`);
const requestType = root.lookupType("Request");
const responseType = root.lookupType("Response");
const keys = { provisionDeviceKey: "k", provisionDeviceSecret: "s" };

describe("acceptance table, protobuf", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({
      profiles: [
        { name: "create", key: "k", secret: "s", strategy: "allow-create" },
        { name: "check", key: "c", secret: "s", strategy: "pre-provisioned" },
        { name: "off", key: "off", secret: "s", strategy: "disabled" },
      ],
      devices: [{ profile: "check", name: "known", credentials: { type: "ACCESS_TOKEN", token: "known_token" } }],
    });
  });
  afterAll(() => simulator.close());

  const ask = async (fields: object): Promise<object> => {
    const bytes = requestType.encode(requestType.fromObject({ keys, ...fields })).finish();
    const events = await request(simulator.port, 4, Buffer.from(bytes));
    const answer = events.find((event): event is IPublishPacket => event.cmd === "publish");
    return responseType.toObject(responseType.decode(Buffer.from(answer?.payload ?? "")), { enums: String });
  };
  const withKey = (provisionDeviceKey: string) => ({ keys: { ...keys, provisionDeviceKey } });

  it.each([
    ["P1: disabled", withKey("off"), { status: "NOT_FOUND" }],
    ["P4: token", { data: { token: { token: "t" } } }, { status: "SUCCESS", credentialsValue: "t" }],
    [
      "P5: certificate",
      { credentialsType: "X509_CERTIFICATE", data: { certificate: { hash: "testHash" } } },
      { status: "SUCCESS", credentialsType: "X509_CERTIFICATE", credentialsValue: "testHash" },
    ],
    [
      "P6: MQTT_BASIC, whose value is JSON in a string",
      { credentialsType: "MQTT_BASIC", data: { basic: { clientId: "c", userName: "u", password: "p" } } },
      {
        status: "SUCCESS",
        credentialsType: "MQTT_BASIC",
        credentialsValue: '{"clientId":"c","userName":"u","password":"p"}',
      },
    ],
    [
      "P7: pre-provisioned",
      { deviceName: "known", ...withKey("c") },
      { status: "SUCCESS", credentialsValue: "known_token" },
    ],
    ["P8: wrong key", withKey("x"), { status: "NOT_FOUND" }],
    ["no key at all: not found, not closed", { keys: {} }, { status: "NOT_FOUND" }],
    ["a name that is there", { deviceName: "known" }, { status: "FAILURE" }],
  ])("%s", async (name, fields, answer) => {
    expect(await ask({ deviceName: name, ...fields })).toEqual(answer);
  });

  it("P2, P3: a token of the server's making, and a gateway", async () => {
    expect(await ask({ deviceName: "P3", gateway: true })).toMatchObject({
      status: "SUCCESS",
      credentialsValue: expect.stringMatching(/^[A-Za-z\d]{20}$/) as unknown,
    });
    expect([...simulator.store.devices()].find(({ name }) => name === "P3")?.gateway).toBe(true);
  });
});

describe("acceptance table, protobuf over CoAP", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    const profiles = [{ name: "create", key: "k", secret: "s", strategy: "allow-create" }] as const;
    simulator = await startSimulator({ profiles, coap: {} });
  });
  afterAll(() => simulator.close());

  const ask = async (payload: Uint8Array) => {
    await using socket = createSocket("udp4");
    const options = ["api", "v1", "provision"].map((part) => ({ name: "Uri-Path", value: Buffer.from(part) }));
    const token = Buffer.from([1]);
    const post = { code: "POST", confirmable: true, messageId: 1, token, options, payload: Buffer.from(payload) };
    socket.send(generate(post), simulator.coapPort, "127.0.0.1");
    const [datagram] = (await once(socket, "message")) as [Buffer];
    const answer = parse(datagram);
    return { code: answer.code, payload: answer.payload };
  };
  const encode = (fields: object): Uint8Array =>
    requestType.encode(requestType.fromObject({ keys, deviceName: "C", ...fields })).finish();
  const decode = (payload: Uint8Array): object =>
    responseType.toObject(responseType.decode(payload), { enums: String });

  it("answers a protobuf request in protobuf, and a refusal with 4.00", async () => {
    const created = await ask(encode({ data: { token: { token: "t" } } }));
    expect([created.code, decode(created.payload)]).toEqual(["2.01", { status: "SUCCESS", credentialsValue: "t" }]);
    const again = await ask(encode({}));
    expect([again.code, decode(again.payload)]).toEqual(["4.00", { status: "FAILURE" }]);
  });

  it("answers what is neither JSON nor protobuf with 4.00 and no body", async () => {
    const answer = await ask(Buffer.from([0xff, 0xff]));
    expect([answer.code, answer.payload.length]).toEqual(["4.00", 0]);
  });
});
