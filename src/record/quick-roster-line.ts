import type { Credentials } from "../model/device.ts";
import type { Issued } from "../model/entry.ts";
import { Secret } from "../model/secret.ts";
import { seq } from "../model/units.ts";
import type { Writable } from "../model/writable.ts";
import { CLIENT, LOGIN_NAME, NO_IDENTITY, TextHash, USER } from "./credential-identity.ts";
import { LineScan, type Word, word } from "./line-scan.ts";
import type { QuickReader } from "./read-lines.ts";
import { asSecret } from "./roster-line.ts";

const SEQ = word('{"seq":');
const NAME = word(',"name":"');
const CREDENTIALS = word(',"credentials":{"type":"');
const TYPES = [word('MQTT_BASIC"'), word('ACCESS_TOKEN","token":"')];
const CLIENT_ID = word(',"clientId":"');
const USERNAME = word(',"username":"');
const PASSWORD = word(',"password":"');
const CLOSE = word("}");
const PLACE = word(',"place":"');
const END = word("}\n");

/**
 * Of a roster of tokens or basic credentials, of which a fleet can have a million, it reads nothing but the hash of what has to be
 * unique on the server. A property test holds it against `identityHash`.
 */
export function createQuickIdentity(): QuickReader<number> {
  const scan = new LineScan();

  function add(hash: TextHash, prefix: string, from: number, bytes: Buffer): void {
    hash.addText(prefix);
    hash.addBytes(bytes, from, scan.at - 1);
  }

  /** Goes past a text; where it begins. -1: it is not there, or empty. */
  function textIfAny(key: Word): number {
    if (!scan.has(key)) return -1;
    const from = scan.at;
    scan.skipText();
    return scan.at - 1 > from ? from : -1;
  }

  function hashOf(bytes: Buffer): number {
    const hash = new TextHash();
    if (scan.oneOf(TYPES) === 1) {
      const from = scan.at;
      scan.skipText();
      add(hash, LOGIN_NAME, from, bytes);
      return hash.value();
    }
    const client = textIfAny(CLIENT_ID);
    if (client >= 0) add(hash, CLIENT, client, bytes);
    const user = textIfAny(USERNAME);
    if (user >= 0) add(hash, client < 0 ? LOGIN_NAME : USER, user, bytes);
    textIfAny(PASSWORD);
    return client < 0 && user < 0 ? NO_IDENTITY : hash.value();
  }

  function read(bytes: Buffer, from: number): number | undefined {
    scan.start(bytes, from);
    scan.expect(SEQ);
    scan.count(Number.MAX_SAFE_INTEGER);
    textIfAny(NAME);
    scan.expect(CREDENTIALS);
    const hash = hashOf(bytes);
    scan.expect(CLOSE);
    textIfAny(PLACE);
    scan.expect(END);
    return scan.isGood ? hash : undefined;
  }

  return { read, next: () => scan.at };
}

/**
 * Reads what nearly all lines of a roster are, devices with tokens or basic credentials. One that it leaves may be whole, of another
 * kind, damaged. A property test holds what is read against `parseRosterLine`.
 */
export function createQuickIssued(): QuickReader<Issued> {
  const scan = new LineScan();

  function textIfAny(key: Word): string | undefined {
    return scan.has(key) ? scan.text() : undefined;
  }

  function credentials(): Credentials {
    scan.expect(CREDENTIALS);
    if (scan.oneOf(TYPES) === 1) return { type: "ACCESS_TOKEN", token: new Secret(scan.text()) };
    return {
      type: "MQTT_BASIC",
      clientId: textIfAny(CLIENT_ID),
      username: textIfAny(USERNAME),
      password: asSecret(textIfAny(PASSWORD)),
    };
  }

  function read(bytes: Buffer, from: number): Issued | undefined {
    scan.start(bytes, from);
    scan.expect(SEQ);
    const index = seq(scan.count(Number.MAX_SAFE_INTEGER));
    const issued: Writable<Issued> = { seq: index, name: textIfAny(NAME), credentials: credentials() };
    scan.expect(CLOSE);
    if (scan.has(PLACE)) issued.place = scan.text();
    scan.expect(END);
    return scan.isGood ? issued : undefined;
  }

  return { read, next: () => scan.at };
}
