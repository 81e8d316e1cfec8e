import protobuf from "protobufjs";
import type { Device } from "../model/device.ts";
import { type Reply, WireError } from "../model/ports.ts";
import { type ProfileAccess, readAnswer, requestFields } from "./messages.ts";
import { spoilPayload } from "./misbehaviours.ts";
import type { PayloadCodec } from "./payload.ts";
import type { RequestFields } from "./request-fields.ts";

/** The part of ThingsBoard's messages that provisioning needs: numbers and types count on the wire, names do not. */
const { root } = protobuf.parse(
  `
  syntax = "proto3";
  enum CredentialsType { ACCESS_TOKEN = 0; X509_CERTIFICATE = 1; MQTT_BASIC = 2; LWM2M_CREDENTIALS = 3; }
  enum Status { UNKNOWN = 0; SUCCESS = 1; NOT_FOUND = 2; FAILURE = 3; }
  message Access { string key = 1; string secret = 2; }
  message Token { string token = 1; }
  message Certificate { string certificate = 1; }
  message Basic { string clientId = 1; string username = 2; string password = 3; }
  message Credentials { Token token = 1; Certificate certificate = 2; Basic basic = 3; }
  message Request {
    string deviceName = 1;
    CredentialsType credentialsType = 2;
    Access access = 3;
    Credentials credentials = 4;
    bool gateway = 5;
  }
  message Response { Status status = 1; CredentialsType credentialsType = 2; string credentialsValue = 3; }
  `,
  { keepCase: true },
);
const requestType = root.lookupType("Request");
const responseType = root.lookupType("Response");

/** Protobuf over MQTT. What is missing is empty here, so that a missing key is an unknown one. Failures come without a message. */
export const protobufPayload: PayloadCodec = {
  request(device: Device, access: ProfileAccess): Uint8Array {
    const message = requestType.fromObject(messageOf(requestFields(device, access)));
    return spoilPayload(requestType.encode(message).finish(), device.misbehaviour);
  },
  reply(payload: Uint8Array, device: Device): Reply {
    return readAnswer(decode(payload), device);
  },
};

function messageOf(fields: RequestFields): object {
  const { deviceName, credentialsType = "ACCESS_TOKEN", gateway = false } = fields;
  const { token, hash: certificate, clientId, username, password } = fields;
  const basic = { clientId, username, password };
  return {
    deviceName,
    credentialsType,
    access: { key: fields.provisionDeviceKey, secret: fields.provisionDeviceSecret },
    credentials: {
      ...(token === undefined ? {} : { token: { token } }),
      ...(certificate === undefined ? {} : { certificate: { certificate } }),
      ...(credentialsType === "MQTT_BASIC" ? { basic } : {}),
    },
    gateway,
  };
}

function decode(payload: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    // Defaults, because ACCESS_TOKEN is the number 0, which is not written.
    return responseType.toObject(responseType.decode(payload), { enums: String, defaults: true });
  } catch (error) {
    throw new WireError("unreadable-answer", "the answer is not the protobuf message that it should be", error);
  }
}
