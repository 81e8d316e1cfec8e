import { createPrivateKey, type KeyObject, sign } from "node:crypto";
// The library resolves its parts by decorators and refuses to load without this.
import "reflect-metadata";
import { type Name, X509Certificate } from "@peculiar/x509";
import type { ChainPlan } from "../model/plan.ts";
import { numberOf } from "./derive.ts";
import { ecKeyOf } from "./ec-p256.ts";
import { ed25519KeyOf } from "./ed25519.ts";
import { rsaKeyOf } from "./rsa-2048.ts";
import type { SigningKey } from "./signing-key.ts";

/** Who signs a certificate. */
export interface Issuer {
  readonly name: Name;
  readonly key: Pick<SigningKey, "algorithm" | "sign">;
}

/** The user's own authority, which signs the certificates of the fleet. */
export function issuerOf(chain: Pick<ChainPlan, "certificates" | "key">): Issuer {
  return { name: nameOf(chain), key: signerFrom(createPrivateKey(chain.key.reveal())) };
}

/** The name of the authority, byte by byte as its own certificate has it. */
export function nameOf({ certificates }: Pick<ChainPlan, "certificates">): Name {
  const [first] = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(certificates) ?? [];
  if (first === undefined) throw new Error("the chain has no certificate");
  return new X509Certificate(first).subjectName;
}

/** Keys that the scenario's checks have let through. */
function signerFrom(key: KeyObject): Issuer["key"] {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === "rsa") return rsaKeyOf(key);
  if (type === "ed25519") return ed25519KeyOf(key);
  if (type === "ec" && details?.namedCurve === "prime256v1") {
    return ecKeyOf(numberOf(Buffer.from(key.export({ format: "jwk" }).d ?? "", "base64url")));
  }
  // The nonce is drawn by lot, so that the same device has another certificate each time: there is no arithmetic of ours for it.
  if (type === "ec" && details?.namedCurve === "secp384r1") {
    return {
      algorithm: { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" },
      sign: (data) => sign("sha384", data, { key, dsaEncoding: "ieee-p1363" }),
    };
  }
  throw new Error(`an authority's key of type ${type} cannot sign`);
}
