import type { Answer } from "./answer.ts";

/** ThingsBoard's two provisioning messages, written and read by hand: the numbers are the contract's, end of section 1. */

const TYPES = ["ACCESS_TOKEN", "X509_CERTIFICATE", "MQTT_BASIC", "LWM2M_CREDENTIALS"] as const;
const STATUSES = ["UNKNOWN", "SUCCESS", "NOT_FOUND", "FAILURE"] as const;

export interface ProtobufRequest {
  readonly deviceName: string;
  readonly key: string;
  readonly secret: string;
  readonly gateway?: boolean;
  readonly credentials?:
    | { readonly type: "ACCESS_TOKEN"; readonly token: string }
    | { readonly type: "X509_CERTIFICATE"; readonly hash: string }
    | { readonly type: "MQTT_BASIC"; readonly clientId: string; readonly username: string; readonly password: string };
}

export function protobufRequest({ deviceName, key, secret, credentials, gateway }: ProtobufRequest): Buffer {
  return Buffer.concat([
    text(1, deviceName),
    varint(2, TYPES.indexOf(credentials?.type ?? "ACCESS_TOKEN")),
    message(3, text(1, key), text(2, secret)),
    ...(credentials === undefined ? [] : [message(4, dataOf(credentials))]),
    ...(gateway === true ? [varint(5, 1)] : []),
  ]);
}

function dataOf(credentials: NonNullable<ProtobufRequest["credentials"]>): Buffer {
  switch (credentials.type) {
    case "ACCESS_TOKEN":
      return message(1, text(1, credentials.token));
    case "X509_CERTIFICATE":
      return message(2, text(1, credentials.hash));
    case "MQTT_BASIC":
      return message(3, text(1, credentials.clientId), text(2, credentials.username), text(3, credentials.password));
  }
}

/** Absent numbers are 0; an absent text is none. */
export function readProtobufAnswer(payload: Buffer): Answer {
  const body = `protobuf ${payload.toString("hex")}`;
  let [status, type] = [0, 0];
  let value: string | undefined;
  for (let at = 0; at < payload.length;) {
    const tag = payload[at] ?? 0;
    const number = payload[at + 1] ?? 0;
    // All lengths here are below 128 except a certificate's, which is not read further than its beginning.
    at += 2;
    if (tag === 0x08) status = number;
    else if (tag === 0x10) type = number;
    else if (tag === 0x1a) {
      value = payload.toString("utf8", at, at + number);
      at += number;
    } else return { status: `unreadable ${body}`, credentialsType: undefined, credentialsValue: undefined, body };
  }
  const succeeded = STATUSES[status] === "SUCCESS";
  return {
    status: `${STATUSES[status] ?? status} in protobuf`,
    credentialsType: succeeded ? TYPES[type] : undefined,
    credentialsValue: value,
    body,
  };
}

function varint(field: number, value: number): Buffer {
  return Buffer.from([field << 3, value]);
}

function text(field: number, value: string): Buffer {
  return message(field, Buffer.from(value));
}

function message(field: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length = body.length < 0x80 ? [body.length] : [(body.length & 0x7f) | 0x80, body.length >> 7];
  return Buffer.concat([Buffer.from([(field << 3) | 2, ...length]), body]);
}
