import type { KeyObject } from "node:crypto";

/** A key pair made from a text, which signs without chance: the same text and data give the same signature. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** Names of WebCrypto, by which the certificate library knows the algorithm. */
  readonly algorithm: Readonly<Record<string, string>>;
  /** Signature in the form of WebCrypto (for ECDSA: r and s, 32 bytes each). */
  sign(data: Uint8Array): Uint8Array;
}
