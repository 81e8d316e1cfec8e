import type { Credentials } from "../model/device.ts";
import type { Issued } from "../model/entry.ts";
import { Secret } from "../model/secret.ts";
import { seq } from "../model/units.ts";
import { jsonText } from "../writing/json-text.ts";

/** As a roster has it: with its secrets. */
export function rosterLine({ seq, name, credentials, place }: Issued): string {
  return jsonText({ seq, name, credentials: inClear(credentials), place });
}

/** Undefined: it is not a line of a roster. Held against its fields by hand, as a journal is: it has a line for every device. */
export function parseRosterLine(written: string): Issued | undefined {
  const line = fieldsOf(parsed(written));
  const { seq: number, name, credentials, place } = line;
  const known = credentialsOf(fieldsOf(credentials));
  if (typeof number !== "number" || !Number.isSafeInteger(number) || number < 0) return undefined;
  if (known === undefined || !isTextIfAny(name) || !isTextIfAny(place)) return undefined;
  return { seq: seq(number), name, credentials: known, ...(place === undefined ? {} : { place }) };
}

function parsed(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return undefined;
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** None where it is no object. */
function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function credentialsOf(fields: Fields): Credentials | undefined {
  const { type, token, clientId, username, password, certificate, privateKey } = fields;
  switch (type) {
    case "ACCESS_TOKEN":
      return typeof token === "string" ? { type, token: new Secret(token) } : undefined;
    case "MQTT_BASIC":
      return isTextIfAny(clientId) && isTextIfAny(username) && isTextIfAny(password)
        ? { type, clientId, username, password: asSecret(password) }
        : undefined;
    case "X509_CERTIFICATE":
      return typeof certificate === "string" && isTextIfAny(privateKey)
        ? { type, certificate, privateKey: asSecret(privateKey) }
        : undefined;
    case "LWM2M_CREDENTIALS":
      return { type };
    default:
      return undefined;
  }
}

function isTextIfAny(value: unknown): value is string | undefined {
  return value === undefined || typeof value === "string";
}

/** Credentials as the roster has them: secrets as plain strings, what is missing left out. */
type InClear =
  | { readonly type: "ACCESS_TOKEN"; readonly token: string }
  | {
      readonly type: "MQTT_BASIC";
      readonly clientId?: string | undefined;
      readonly username?: string | undefined;
      readonly password?: string | undefined;
    }
  | { readonly type: "X509_CERTIFICATE"; readonly certificate: string; readonly privateKey?: string | undefined }
  | { readonly type: "LWM2M_CREDENTIALS" };

function inClear(credentials: Credentials): InClear {
  switch (credentials.type) {
    case "ACCESS_TOKEN":
      return { ...credentials, token: credentials.token.reveal() };
    case "MQTT_BASIC":
      return { ...credentials, password: credentials.password?.reveal() };
    case "X509_CERTIFICATE":
      return { ...credentials, privateKey: credentials.privateKey?.reveal() };
    case "LWM2M_CREDENTIALS":
      return credentials;
  }
}

export function asSecret(clear: string | undefined): Secret | undefined {
  return clear === undefined ? undefined : new Secret(clear);
}
