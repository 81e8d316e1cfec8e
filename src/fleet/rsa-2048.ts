import { checkPrimeSync, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { bytesOf, bytesOfNumber, inverse, numberOf } from "./derive.ts";
import type { SigningKey } from "./signing-key.ts";

const PRIME_BYTES = 128;
const EXPONENT = 65_537n;

/** For fleets whose devices have RSA keys. About a tenth of a second each: nearly all of it is the search for primes. */
export function createRsaKey(text: string): SigningKey {
  const p = primeOf(`${text}/rsa-2048/p`);
  const q = primeOf(`${text}/rsa-2048/q`);
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const field = (value: bigint, length: number): string => bytesOfNumber(value, length).toString("base64url");
  const jwk = {
    kty: "RSA",
    n: field(p * q, 2 * PRIME_BYTES),
    e: field(EXPONENT, 3),
    d: field(d, 2 * PRIME_BYTES),
    p: field(p, PRIME_BYTES),
    q: field(q, PRIME_BYTES),
    dp: field(d % (p - 1n), PRIME_BYTES),
    dq: field(d % (q - 1n), PRIME_BYTES),
    qi: field(inverse(q, p), PRIME_BYTES),
  };
  return rsaKeyOf(createPrivateKey({ key: jwk, format: "jwk" }));
}

export function rsaKeyOf(privateKey: KeyObject): SigningKey {
  return {
    privateKey,
    publicKey: createPublicKey(privateKey),
    algorithm: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
    // PKCS#1 v1.5 pads without chance, so that the same data has the same signature.
    sign: (data) => sign("sha256", data, privateKey),
  };
}

/** The first prime from a number that the text gives, with its two upper bits set (so that p q has 2048 bits). */
function primeOf(text: string): bigint {
  const top = 3n << BigInt(PRIME_BYTES * 8 - 2);
  let candidate = numberOf(bytesOf(text, PRIME_BYTES)) | top | 1n;
  while (candidate % EXPONENT === 1n || !checkPrimeSync(candidate)) candidate += 2n;
  return candidate;
}
