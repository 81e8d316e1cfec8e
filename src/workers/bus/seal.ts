import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { Secret } from "../../model/secret.ts";

/*
 * What crosses the bus is sealed for one run between two parties: X25519 gives them a key that nobody else on the bus
 * has, and AES-256-GCM keeps what is said secret and unchanged. Whoever reads the bus, its files or its backups reads
 * nothing; who may write to the bus is the business of NATS's own accounts.
 */

/** The keys of one party: a coordinator makes them for a run, a worker for its life. */
export interface KeyPair {
  /** 32 bytes in base64url; may be known to all. */
  readonly publicKey: string;
  /** The same of the private key, to be kept in a 0600 file. */
  readonly secret: Secret;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

export function createKeyPair(): KeyPair {
  const { privateKey } = generateKeyPairSync("x25519");
  const { x, d } = privateKey.export({ format: "jwk" });
  if (x === undefined || d === undefined) throw new Error("an X25519 key has no x or d");
  return { publicKey: x, secret: new Secret(d) };
}

/** The key that two parties share, each by its own secret and the other's public key. `purpose` keeps keys apart. */
export function agreeOnKey(own: KeyPair, other: string, purpose: string): Uint8Array {
  const shared = diffieHellman({ privateKey: privateKeyOf(own), publicKey: publicKeyOf(other) });
  const both = [own.publicKey, other].toSorted().join(" ");
  return new Uint8Array(hkdfSync("sha256", shared, both, `rollcall ${purpose}`, KEY_BYTES));
}

export function createContentKey(): Uint8Array {
  return new Uint8Array(randomBytes(KEY_BYTES));
}

/** `label` is not kept in it, yet must be the same to open it: a sealed thing cannot be passed off as another. */
export function seal(key: Uint8Array, plain: Uint8Array, label: string): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(label));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined: not sealed with this key and label, or changed since. */
export function unseal(key: Uint8Array, sealed: Uint8Array, label: string): Uint8Array | undefined {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const body = sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, NONCE_BYTES))
    .setAAD(Buffer.from(label))
    .setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(body), decipher.final()]);
  } catch {
    return undefined;
  }
}

function privateKeyOf({ publicKey, secret }: KeyPair): KeyObject {
  return createPrivateKey({ key: { kty: "OKP", crv: "X25519", x: publicKey, d: secret.reveal() }, format: "jwk" });
}

function publicKeyOf(x: string): KeyObject {
  return createPublicKey({ key: { kty: "OKP", crv: "X25519", x }, format: "jwk" });
}
