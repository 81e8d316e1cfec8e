import { expect, it } from "vitest";
import type { Credentials, Device, Misbehaviour } from "../../../src/model/device.ts";
import { Secret } from "../../../src/model/secret.ts";
import { seq } from "../../../src/model/units.ts";
import { readProvisionProtobuf } from "../../../src/simulator/payload/provision-protobuf.ts";
import { protobufPayload } from "../../../src/thingsboard/protobuf-payload.ts";

const NOTHING = { type: "ACCESS_TOKEN", token: "", hash: "", clientId: "", username: "", password: "" };

/** As the simulator reads it, whose reader is no library. */
function read(credentials: Credentials | undefined, part: Partial<Device> = {}) {
  const device = { seq: seq(0), name: "n", credentials, gateway: false, misbehaviour: undefined, ...part };
  const bytes = protobufPayload.request(device, { key: "k", secret: new Secret("s") });
  return readProvisionProtobuf(Buffer.from(bytes), true);
}

it.each<[string, Credentials | undefined, object]>([
  ["nothing", undefined, {}],
  ["a token", { type: "ACCESS_TOKEN", token: new Secret("t") }, { token: "t" }],
  [
    "a certificate",
    { type: "X509_CERTIFICATE", certificate: "MIIB", privateKey: undefined },
    { type: "X509_CERTIFICATE", hash: "MIIB" },
  ],
  [
    "a clientId, a username and a password",
    { type: "MQTT_BASIC", clientId: "c", username: "u", password: new Secret("p") },
    { type: "MQTT_BASIC", clientId: "c", username: "u", password: "p" },
  ],
  [
    "a username",
    { type: "MQTT_BASIC", clientId: undefined, username: "u", password: undefined },
    { type: "MQTT_BASIC", username: "u" },
  ],
])("asks with %s", (_, credentials, fields) => {
  expect(read(credentials)).toEqual({
    deviceName: "n",
    key: "k",
    secret: "s",
    credentials: { ...NOTHING, ...fields },
    gateway: false,
  });
});

it("asks for a gateway, and without a name", () => {
  expect(read(undefined, { gateway: true, name: undefined })).toMatchObject({ deviceName: "", gateway: true });
});

it.each<[Misbehaviour, object]>([
  ["missing-key", { key: "", secret: "s" }],
  ["wrong-secret", { key: "k", secret: "s-wrong" }],
  ["blank-name", { deviceName: "   " }],
])("misbehaves: %s", (misbehaviour, fields) => {
  expect(read(undefined, { misbehaviour })).toMatchObject(fields);
});

it("misbehaves: what is cut in half is no message", () => {
  expect(read(undefined, { misbehaviour: "malformed-json" })).toBeUndefined();
});
