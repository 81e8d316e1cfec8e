import type { CredentialsType } from "../core/credentials.ts";
import { type GsonValue, GsonSyntaxError, NumberText, parseGson } from "./gson.ts";
import type { ProvisionReply } from "../core/provision-reply.ts";
import type { ProvisionRequest } from "../core/provisioning.ts";

/**
 * A request that never reaches the core. "syntax": not a JSON object, worth a try as protobuf; "adaptor": the adaptor's own
 * exception; "runtime": any other (bad-request matrix of the contract, section 1).
 */
export class BadRequest extends Error {
  readonly kind: "syntax" | "adaptor" | "runtime";

  constructor(kind: "syntax" | "adaptor" | "runtime", message: string) {
    super(message);
    this.kind = kind;
  }
}

type GsonObject = { readonly [name: string]: GsonValue };

export const CREDENTIALS_TYPES: readonly CredentialsType[] = [
  "ACCESS_TOKEN",
  "X509_CERTIFICATE",
  "MQTT_BASIC",
  "LWM2M_CREDENTIALS",
];

/** Reads a request (JC:652-703). Throws BadRequest. */
export function readProvisionJson(text: string, gatewayField: boolean): ProvisionRequest {
  const body = parseObject(text);
  const deviceName = stringOf(body, "deviceName", false);
  const type = "credentialsType" in body ? credentialsTypeOf(stringOf(body, "credentialsType", false)) : "ACCESS_TOKEN";
  return {
    deviceName,
    credentials: {
      type,
      token: stringOf(body, "token", false),
      clientId: stringOf(body, "clientId", false),
      username: stringOf(body, "username", false),
      password: stringOf(body, "password", false),
      hash: stringOf(body, "hash", false),
    },
    key: stringOf(body, "provisionDeviceKey", true),
    secret: stringOf(body, "provisionDeviceSecret", true),
    gateway: gatewayField && "gateway" in body && asString(body["gateway"] ?? null).toLowerCase() === "true",
  };
}

function parseObject(text: string): GsonObject {
  const parsed = parseJson(text);
  if (!isObject(parsed)) throw new BadRequest("syntax", `Can't parse value: ${JSON.stringify(parsed)}`);
  return parsed;
}

/** The platform's parser is the fast way in; Gson's rules decide about what it refuses, and keep the text of numbers. */
function parseJson(text: string): GsonValue {
  try {
    const quick: unknown = JSON.parse(text);
    if (isPlain(quick)) return quick;
  } catch {
    // Not strict JSON: Gson may still take it.
  }
  try {
    return parseGson(text);
  } catch (error) {
    if (error instanceof GsonSyntaxError) throw new BadRequest("syntax", error.message);
    throw error;
  }
}

/** An object with neither numbers nor nesting: there both parsers agree. */
function isPlain(value: unknown): value is GsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((part) => typeof part === "string" || typeof part === "boolean");
}

function isObject(value: GsonValue): value is GsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof NumberText);
}

function stringOf(body: GsonObject, field: string, required: boolean): string {
  const value = body[field];
  if (value !== undefined) return typeof value === "string" ? value : asString(value);
  if (!required) return "";
  throw new BadRequest("runtime", `Failed to find the field ${field} in JSON body ${JSON.stringify(body)}!`);
}

/** Gson's getAsString: scalars as text, an array of one as its element. */
function asString(value: GsonValue): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  if (value instanceof NumberText) return value.text;
  if (value === null) throw new BadRequest("runtime", "JsonNull");
  if (Array.isArray(value)) {
    if (value.length !== 1) throw new BadRequest("adaptor", `Array must have size 1, but has size ${value.length}`);
    return asString((value as readonly GsonValue[])[0] ?? null);
  }
  throw new BadRequest("runtime", "JsonObject");
}

function credentialsTypeOf(name: string): CredentialsType {
  const type = CREDENTIALS_TYPES.find((known) => known === name);
  if (type !== undefined) return type;
  const place = "org.thingsboard.server.gen.transport.TransportProtos.CredentialsType";
  throw new BadRequest("runtime", `No enum constant ${place}.${name}`);
}

const ERROR_TEXTS = {
  NOT_FOUND: "Provision data was not found!",
  FAILURE: "Failed to provision device!",
} as const;

/** The answer's body, in ThingsBoard's key order (JC:482-509). */
export function writeProvisionJson(reply: ProvisionReply): string {
  if (reply.status !== "SUCCESS") return JSON.stringify({ errorMsg: ERROR_TEXTS[reply.status], status: reply.status });
  const { credentials } = reply;
  const tail = { credentialsType: credentials.type, status: reply.status };
  switch (credentials.type) {
    case "ACCESS_TOKEN":
      return JSON.stringify({ credentialsValue: credentials.id, ...tail });
    case "MQTT_BASIC": {
      const { clientId, userName, password } = credentials;
      return JSON.stringify({ credentialsValue: { clientId, userName, password }, ...tail });
    }
    case "X509_CERTIFICATE":
      return JSON.stringify({ credentialsValue: credentials.certificate, ...tail });
    case "LWM2M_CREDENTIALS":
      return JSON.stringify(tail);
  }
}
