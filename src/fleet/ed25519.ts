import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { bytesOf } from "./derive.ts";
import type { SigningKey } from "./signing-key.ts";

/** RFC 8410: the fixed head of a PKCS#8 Ed25519 key; the 32 bytes of the seed follow. */
const PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");

/** Any 32 bytes are an Ed25519 private key, and its signatures use no chance (RFC 8032). */
export function createEd25519Key(text: string): SigningKey {
  const pkcs8 = Buffer.concat([PKCS8_HEAD, bytesOf(`${text}/ed25519`, 32)]);
  return ed25519KeyOf(createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }));
}

export function ed25519KeyOf(privateKey: KeyObject): SigningKey {
  return {
    privateKey,
    publicKey: createPublicKey(privateKey),
    algorithm: { name: "Ed25519" },
    sign: (data) => sign(null, data, privateKey),
  };
}
