import type { Credentials } from "../model/device.ts";
import type { Issued } from "../model/entry.ts";
import { Secret } from "../model/secret.ts";
import { seq } from "../model/units.ts";
import { identityHash } from "./credential-identity.ts";
import { createLineFile, type WriteBytes } from "./line-file.ts";
import { damagedFile } from "./open-file.ts";
import { createQuickIdentity } from "./quick-identity.ts";
import { linesOf, readLines } from "./read-lines.ts";
import { OWN_FILE } from "./whole-file.ts";
import { jsonText } from "../writing/json-text.ts";

export interface Roster {
  add(issued: Issued): void;
  flush(): void;
  close(): void;
  readonly failed: Promise<Error>;
}

/** Creates the file, 0600 from the first moment. Throws RollcallError "results-file". */
export function createRoster(path: string, write?: WriteBytes): Roster {
  const file = createLineFile({ path, mode: OWN_FILE, write });
  return {
    failed: file.failed,
    flush: () => file.flush(),
    add: (issued) => file.add(rosterLine(issued)),
    close: () => file.close(),
  };
}

/** As a roster has it: with its secrets. */
export function rosterLine({ seq, name, credentials, place }: Issued): string {
  return jsonText({ seq, name, credentials: inClear(credentials), place });
}

/**
 * Issued credentials in the order of issue. A torn last line, of a crashed generator, is left out. Throws RollcallError
 * "damaged-file", which names the line and never what is in it.
 */
export async function* readRoster(path: string): AsyncGenerator<Issued> {
  let number = 0;
  for await (const read of readLines(path)) {
    yield* linesOf(read, (text) => {
      number += 1;
      return parse(text, path, number);
    });
  }
}

/** Of all credentials of these rosters, in batches: see `identityHash`. Throws as `readRoster`. */
export async function* readIdentityHashes(files: RosterFiles): AsyncGenerator<readonly number[]> {
  const quick = createQuickIdentity();
  for (const { path } of files) {
    let number = 0;
    for await (const read of readLines(path)) {
      const long = (text: string, place: number): number =>
        identityHash(parse(text, path, number + place + 1).credentials);
      const hashes = linesOf(read, long, quick);
      number += hashes.length;
      yield hashes;
    }
  }
}

const ROSTER = {
  what: "a roster",
  hint: "Take the file from a copy of the run's folder; without that line its device can no longer be called.",
} as const;

/** Held against its fields by hand, as a journal is: it has a line for every device, and is read twice. */
function parse(written: string, path: string, line: number): Issued {
  const issued = issuedIn(written);
  if (issued === undefined) throw damagedFile(path, ROSTER, `line ${line} is damaged`);
  return issued;
}

/** Undefined: it is not a line of a roster. */
function issuedIn(written: string): Issued | undefined {
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

type RosterFiles = readonly { readonly path: string }[];

/** Reads the rosters of all generators, one after the other. */
export async function* readRosters(files: RosterFiles): AsyncGenerator<Issued> {
  for (const { path } of files) yield* readRoster(path);
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

function asSecret(clear: string | undefined): Secret | undefined {
  return clear === undefined ? undefined : new Secret(clear);
}
