import type { Credentials, Device } from "../model/device.ts";
import type { KeyedProvisioning } from "../model/plan.ts";
import { type Reply, WireError } from "../model/ports.ts";
import { Secret } from "../model/secret.ts";
import { boundedText } from "../wires/server-text.ts";
import { spoilFields, spoilPayload } from "./misbehaviours.ts";
import type { RequestFields } from "./request-fields.ts";

/** Topics of ThingsBoard's provisioning API over MQTT; with a leading slash, unlike those of devices. */
export const REQUEST_TOPIC = "/provision/request";
export const RESPONSE_TOPIC = "/provision/response";

export type ProfileAccess = Pick<KeyedProvisioning, "key" | "secret">;

/** A provision request as JSON, in the order of fields that ThingsBoard's own examples use. Contains the secret in clear. */
export function requestJson(device: Device, access: ProfileAccess): string {
  return spoilPayload(JSON.stringify(requestFields(device, access)), device.misbehaviour);
}

/** What a device says, at fault where it misbehaves. */
export function requestFields(device: Device, { key, secret }: ProfileAccess): RequestFields {
  const fields: RequestFields = {
    deviceName: device.name,
    provisionDeviceKey: key,
    provisionDeviceSecret: secret.reveal(),
    ...(device.credentials === undefined ? {} : requestedCredentials(device.credentials)),
    ...(device.gateway ? { gateway: true } : {}),
  };
  return spoilFields(fields, device.misbehaviour);
}

/** `username` here, `userName` in the answer: so it is in ThingsBoard (JsonConverter against BasicMqttCredentials). */
function requestedCredentials(credentials: Credentials): Partial<RequestFields> {
  switch (credentials.type) {
    case "ACCESS_TOKEN":
      return { credentialsType: credentials.type, token: credentials.token.reveal() };
    case "MQTT_BASIC":
      return {
        credentialsType: credentials.type,
        username: credentials.username,
        password: credentials.password?.reveal(),
        clientId: credentials.clientId,
      };
    case "X509_CERTIFICATE":
      return { credentialsType: credentials.type, hash: credentials.certificate };
    case "LWM2M_CREDENTIALS":
      return { credentialsType: credentials.type };
  }
}

/**
 * Reads an answer. The credentials are those of the answer, not those asked for; only the private key of a certificate
 * comes from the device, if it is the device's own that was echoed. Throws WireError "unreadable-answer", which names no values.
 */
export function readReply(text: string, device: Device): Reply {
  return readAnswer(asObject(parse(text)), device);
}

/** The same of an answer whose fields are known. */
export function readAnswer(answer: Fields, device: Device): Reply {
  switch (answer["status"]) {
    case "SUCCESS":
      return { status: "SUCCESS", credentials: issued(answer, device) };
    case "NOT_FOUND":
    case "FAILURE":
      return { status: answer["status"], message: boundedText(asText(answer["errorMsg"]) ?? "") };
    default:
      throw unreadable(
        answer["status"] === undefined
          ? `no status, but ${fieldsOf(answer)}`
          : `unknown status ${shown(answer["status"])}`,
      );
  }
}

function issued(answer: Fields, device: Device): Credentials {
  const value = answer["credentialsValue"];
  const type = answer["credentialsType"];
  switch (type) {
    case "ACCESS_TOKEN":
      return { type, token: new Secret(required(value, type)) };
    case "MQTT_BASIC": {
      // Over JSON an object, over protobuf the same object as a string.
      const fields = asObject(typeof value === "string" ? parse(value) : value);
      const clientId = given(fields["clientId"]);
      const username = given(fields["userName"]);
      const password = given(fields["password"]);
      if (clientId === undefined && username === undefined) throw unreadable(`${type} without clientId and userName`);
      return { type, clientId, username, password: password === undefined ? undefined : new Secret(password) };
    }
    case "X509_CERTIFICATE": {
      const certificate = required(value, type);
      const own = device.credentials;
      const isOwn = own?.type === type && bodyOf(own.certificate) === bodyOf(certificate);
      return isOwn ? own : { type, certificate, privateKey: undefined };
    }
    case "LWM2M_CREDENTIALS":
      return { type };
    default:
      throw unreadable(`unknown credentialsType ${shown(type)}`);
  }
}

/** A certificate as ThingsBoard compares it: base64 on one line. */
function bodyOf(certificate: string): string {
  return certificate.replaceAll(/-----(?:BEGIN|END) CERTIFICATE-----|\s/g, "");
}

type Fields = Readonly<Record<string, unknown>>;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable("the answer is not JSON");
  }
}

function asObject(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw unreadable("not a JSON object");
  return value as Fields;
}

function required(value: unknown, type: string): string {
  const text = given(value);
  if (text === undefined) throw unreadable(`${type} without a credentialsValue`);
  return text;
}

/** The longest string that MQTT can carry (3.1.1, 1.5.3), in bytes: no part of credentials that is longer can be used. */
const MOST_BYTES = 65_535;

/** ThingsBoard writes parts that are not set as "" or null. Half a surrogate pair is no text: no wire can carry it. */
function given(value: unknown): string | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  if (!value.isWellFormed()) throw unreadable("credentials with half a character (a lone surrogate)");
  const bytes = Buffer.byteLength(value);
  if (bytes > MOST_BYTES)
    throw unreadable(`credentials of ${bytes} bytes: more than ${MOST_BYTES} can be sent by no device`);
  return value;
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

const FIELDS_SHOWN = 6;

/** Names alone: a value could be a secret. */
function fieldsOf(answer: Fields): string {
  const names = Object.keys(answer).map(shown);
  if (names.length === 0) return "no field at all";
  return `the fields ${names.slice(0, FIELDS_SHOWN).join(", ")}${names.length > FIELDS_SHOWN ? ", …" : ""}`;
}

/** A status or type as it came, short; anything but a word could hold more than should be printed. */
function shown(value: unknown): string {
  return typeof value === "string" && /^[A-Z0-9_]{1,40}$/i.test(value) ? `"${value}"` : "(not a word)";
}

function unreadable(detail: string): WireError {
  return new WireError("unreadable-answer", detail);
}
