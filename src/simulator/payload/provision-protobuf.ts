import { type ProtobufFields, readProtobuf, stringField, varintField } from "./protobuf.ts";
import { CREDENTIALS_TYPES } from "./provision-json.ts";
import type { ProvisionReply } from "../core/provision-reply.ts";
import type { ProvisionRequest } from "../core/provisioning.ts";

/** Field numbers of ProvisionDeviceRequestMsg and what it holds (queue.proto; contract, section 1). */
const REQUEST = { deviceName: 1, credentialsType: 2, key: 3, credentialsData: 4, gateway: 5 } as const;
const KEY = { key: 1, secret: 2 } as const;
const DATA = { token: 1, certificate: 2, basic: 3 } as const;
const BASIC = { clientId: 1, userName: 2, password: 3 } as const;
const RESPONSE = { status: 1, credentialsType: 2, credentialsValue: 3 } as const;
const STATUS = { SUCCESS: 1, NOT_FOUND: 2, FAILURE: 3 } as const;

const NO_FIELDS: ProtobufFields = new Map();
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Reads a request; undefined where the bytes are no such message. No field is required: what is absent is "". */
export function readProvisionProtobuf(bytes: Uint8Array, gatewayField: boolean): ProvisionRequest | undefined {
  try {
    const request = fieldsOf(bytes);
    const key = message(request, REQUEST.key);
    const data = message(request, REQUEST.credentialsData);
    const basic = message(data, DATA.basic);
    const type = CREDENTIALS_TYPES[integer(request, REQUEST.credentialsType)];
    if (type === undefined) return undefined;
    return {
      deviceName: text(request, REQUEST.deviceName),
      key: text(key, KEY.key),
      secret: text(key, KEY.secret),
      credentials: {
        type,
        token: text(message(data, DATA.token), 1),
        hash: text(message(data, DATA.certificate), 1),
        clientId: text(basic, BASIC.clientId),
        username: text(basic, BASIC.userName),
        password: text(basic, BASIC.password),
      },
      gateway: gatewayField && integer(request, REQUEST.gateway) !== 0,
    };
  } catch (error) {
    if (error instanceof NotProtobuf || error instanceof TypeError) return undefined;
    throw error;
  }
}

class NotProtobuf extends Error {}

function fieldsOf(bytes: Uint8Array): ProtobufFields {
  const fields = readProtobuf(bytes);
  if (fields === undefined) throw new NotProtobuf();
  return fields;
}

/** The last value of a field wins, as protobuf says (merging repeated messages is left out: no writer does that). */
function message(fields: ProtobufFields, field: number): ProtobufFields {
  const bytes = fields.get(field)?.at(-1);
  return bytes instanceof Uint8Array ? fieldsOf(bytes) : NO_FIELDS;
}

/** Throws TypeError where the bytes are not UTF-8. */
function text(fields: ProtobufFields, field: number): string {
  const bytes = fields.get(field)?.at(-1);
  return bytes instanceof Uint8Array ? utf8.decode(bytes) : "";
}

function integer(fields: ProtobufFields, field: number): number {
  const value = fields.get(field)?.at(-1);
  return typeof value === "number" ? value : 0;
}

/** ProvisionDeviceResponseMsg. The value of MQTT_BASIC is JSON in a string. */
export function writeProvisionProtobuf(reply: ProvisionReply): Buffer {
  if (reply.status !== "SUCCESS") return Buffer.from(varintField(RESPONSE.status, STATUS[reply.status]));
  const { credentials } = reply;
  return Buffer.concat([
    varintField(RESPONSE.status, STATUS.SUCCESS),
    varintField(RESPONSE.credentialsType, CREDENTIALS_TYPES.indexOf(credentials.type)),
    stringField(RESPONSE.credentialsValue, credentialsValue(credentials)),
  ]);
}

function credentialsValue(credentials: Extract<ProvisionReply, { status: "SUCCESS" }>["credentials"]): string {
  switch (credentials.type) {
    case "ACCESS_TOKEN":
      return credentials.id;
    case "MQTT_BASIC": {
      const { clientId, userName, password } = credentials;
      return JSON.stringify({ clientId, userName, password });
    }
    case "X509_CERTIFICATE":
      return credentials.certificate;
    case "LWM2M_CREDENTIALS":
      return "";
  }
}
