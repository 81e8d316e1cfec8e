import type { Credentials } from "../model/device.ts";

/** How what is compared begins, and what stands before a user name that follows a client id. */
export const LOGIN_NAME = "name ";
export const CLIENT = "client ";
export const USER = "|";

/**
 * What has to be unique on the server, as ThingsBoard stores it: a user name without a client id shares one namespace
 * with access tokens, and the password plays no part. Undefined: nothing that could be shared.
 */
export function identityOf(credentials: Credentials): string | undefined {
  switch (credentials.type) {
    case "ACCESS_TOKEN":
      return LOGIN_NAME + credentials.token.reveal();
    case "MQTT_BASIC": {
      const { clientId = "", username = "" } = credentials;
      if (clientId === "") return username === "" ? undefined : LOGIN_NAME + username;
      return `${CLIENT}${clientId}${username === "" ? "" : `${USER}${username}`}`;
    }
    case "X509_CERTIFICATE":
      return `certificate ${credentials.certificate.replaceAll(/-----[A-Z ]+-----|\s/g, "")}`;
    case "LWM2M_CREDENTIALS":
      return undefined;
  }
}

/** Instead of the hash of an identity: there is none. */
export const NO_IDENTITY = -1;

export function identityHash(credentials: Credentials): number {
  const identity = identityOf(credentials);
  return identity === undefined ? NO_IDENTITY : hashOf(identity);
}

export function hashOf(text: string): number {
  const hash = new TextHash();
  hash.addText(text);
  return hash.value();
}

const FACTOR_A = 2_654_435_761;
const FACTOR_B = 1_597_334_677;

/**
 * 53 bits of a text that comes in pieces: two multiplicative hashes side by side. Collisions cost a second look, never a wrong
 * answer. ASCII has the same hash as text and as bytes.
 */
export class TextHash {
  #a = 0xdeadbeef;
  #b = 0x41c6ce57;

  addText(text: string): void {
    let a = this.#a;
    let b = this.#b;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      a = Math.imul(a ^ code, FACTOR_A);
      b = Math.imul(b ^ code, FACTOR_B);
    }
    this.#a = a;
    this.#b = b;
  }

  addBytes(bytes: Uint8Array, from: number, to: number): void {
    let a = this.#a;
    let b = this.#b;
    for (let index = from; index < to; index += 1) {
      const code = bytes[index] ?? 0;
      a = Math.imul(a ^ code, FACTOR_A);
      b = Math.imul(b ^ code, FACTOR_B);
    }
    this.#a = a;
    this.#b = b;
  }

  value(): number {
    let [a, b] = [this.#a, this.#b];
    a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
    b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
    return 4_294_967_296 * (b & 0x1fffff) + (a >>> 0);
  }
}
