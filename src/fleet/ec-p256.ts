import { createECDH, createPrivateKey, createPublicKey, hash, createHmac } from "node:crypto";
import { bytesOf, bytesOfNumber, inverse, numberOf } from "./derive.ts";
import type { SigningKey } from "./signing-key.ts";

/** Order of the curve's group (FIPS 186-4, D.1.2.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** An EC key on P-256, the kind that is fast to make and that every TLS stack takes. */
export function createEcKey(text: string): SigningKey {
  // 16 bytes more than the order has: what the modulus favours is below 2^-128 (FIPS 186-5, A.2.1).
  return ecKeyOf(1n + (numberOf(bytesOf(`${text}/ec-p256`, 48)) % (ORDER - 1n)));
}

/** `secret` is the private scalar, from 1 to ORDER - 1. */
export function ecKeyOf(secret: bigint): SigningKey {
  const point = multiplyBase(secret);
  const jwk = {
    kty: "EC",
    crv: "P-256",
    d: bytesOfNumber(secret, 32).toString("base64url"),
    x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33).toString("base64url"),
  };
  const privateKey = createPrivateKey({ key: jwk, format: "jwk" });
  return {
    privateKey,
    publicKey: createPublicKey(privateKey),
    algorithm: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
    sign: (data) => signWithoutChance(secret, data),
  };
}

/**
 * ECDSA with SHA-256 and the nonce of RFC 6979, because node:crypto draws its nonce by lot and a certificate must be the
 * same wherever a device is made. With nonce k: r = x(k G) mod n, s = k^-1 (hash + r secret) mod n. The multiplication on
 * the curve is OpenSSL's; ours is the arithmetic modulo n.
 */
function signWithoutChance(secret: bigint, data: Uint8Array): Uint8Array {
  const digest = hash("sha256", data, "buffer");
  for (const nonce of noncesOf(secret, digest)) {
    const r = numberOf(multiplyBase(nonce).subarray(1, 33)) % ORDER;
    const s = (inverse(nonce, ORDER) * (numberOf(digest) + r * secret)) % ORDER;
    if (r !== 0n && s !== 0n) return Buffer.concat([bytesOfNumber(r, 32), bytesOfNumber(s, 32)]);
  }
  throw new Error("unreachable: the nonces never end");
}

/** RFC 6979, 3.2: an HMAC-DRBG keyed by the secret and the hash; the letters are those of its steps. */
function* noncesOf(secret: bigint, digest: Uint8Array): Iterable<bigint> {
  const seed = Buffer.concat([bytesOfNumber(secret, 32), bytesOfNumber(numberOf(digest) % ORDER, 32)]);
  const hmac = (key: Uint8Array, ...parts: Uint8Array[]): Buffer =>
    createHmac("sha256", key).update(Buffer.concat(parts)).digest();
  let v: Buffer = Buffer.alloc(32, 1);
  let k: Buffer = hmac(Buffer.alloc(32), v, Buffer.of(0), seed);
  v = hmac(k, v);
  k = hmac(k, v, Buffer.of(1), seed);
  v = hmac(k, v);
  for (;;) {
    v = hmac(k, v);
    const nonce = numberOf(v);
    if (nonce > 0n && nonce < ORDER) yield nonce;
    k = hmac(k, v, Buffer.of(0));
    v = hmac(k, v);
  }
}

/** `scalar` times the base point: 0x04, x, y. */
function multiplyBase(scalar: bigint): Buffer {
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(bytesOfNumber(scalar, 32));
  return curve.getPublicKey();
}
