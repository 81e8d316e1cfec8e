import { createPrivateKey } from "node:crypto";
// The library resolves its parts by decorators and refuses to load without this.
import "reflect-metadata";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  Name,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { Issuer } from "./authority.ts";
import type { CertificatePlan, KeyStore } from "./certificate-ports.ts";
import { bytesOf } from "./derive.ts";
import { createEcKey } from "./ec-p256.ts";
import { createEd25519Key } from "./ed25519.ts";
import { createRsaKey, rsaKeyOf } from "./rsa-2048.ts";
import type { SigningKey } from "./signing-key.ts";

/** Fixed, because the same device must have the same certificate on every day and every machine. */
const NOT_BEFORE = new Date("2020-01-01T00:00:00Z");
const NOT_AFTER = new Date("2049-12-31T23:59:59Z");

const CLIENT_ONLY = new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]);

const AUTHORITY = new BasicConstraintsExtension(true, undefined, true);

/** The longest common name of X.520. */
const MAX_COMMON_NAME = 64;

/**
 * The certificate of a device, DER, with the common name by which ThingsBoard's certificate-chain strategy knows it; signed by
 * `issuer`, or by itself. `text` decides the serial number.
 */
export async function makeCertificate(
  key: SigningKey,
  commonName: string,
  text: string,
  issuer?: Issuer,
  notAfter?: Date,
): Promise<Uint8Array> {
  const name = new Name([{ CN: [commonName.slice(0, MAX_COMMON_NAME)] }]);
  return issue({ key, name, extensions: [CLIENT_ONLY] }, text, issuer, notAfter);
}

/** The certificate, DER, of an authority that nobody has heard of, though its name may be known. */
export async function makeAuthority(key: SigningKey, name: Name, text: string): Promise<Uint8Array> {
  return issue({ key, name, extensions: [AUTHORITY] }, text, undefined);
}

async function issue(
  { key, name, extensions }: { readonly key: SigningKey; readonly name: Name; readonly extensions: Extension[] },
  text: string,
  issuer: Issuer = { name, key },
  notAfter = NOT_AFTER,
): Promise<Uint8Array> {
  const { algorithm } = issuer.key;
  const certificate = await X509CertificateGenerator.create(
    {
      serialNumber: bytesOf(`${text}/serial`, 16).toString("hex"),
      subject: name,
      issuer: issuer.name,
      notBefore: NOT_BEFORE,
      notAfter,
      publicKey: key.publicKey.export({ type: "spki", format: "der" }),
      signingKey: { algorithm },
      signingAlgorithm: algorithm,
      extensions,
    },
    signerOf(issuer.key),
  );
  return new Uint8Array(certificate.rawData);
}

/** The key of a device. Only RSA keys are kept: the others are made faster than a file is read. */
export async function createKey(
  kind: CertificatePlan["key"],
  text: string,
  keys: KeyStore | undefined,
): Promise<SigningKey> {
  switch (kind) {
    case "ec-p256":
      return createEcKey(text);
    case "ed25519":
      return createEd25519Key(text);
    case "rsa-2048": {
      const id = bytesOf(`${text}/id`, 16).toString("hex");
      const kept = await keys?.read(id);
      if (kept !== undefined) {
        return rsaKeyOf(createPrivateKey({ key: Buffer.from(kept), format: "der", type: "pkcs8" }));
      }
      const key = createRsaKey(text);
      await keys?.write(id, key.privateKey.export({ type: "pkcs8", format: "der" }));
      return key;
    }
  }
}

/** All that the library asks of WebCrypto is a signature, and ours must not depend on chance. */
function signerOf(key: Issuer["key"]) {
  const sign = (_algorithm: unknown, _key: unknown, data: ArrayBuffer): Promise<ArrayBuffer> =>
    Promise.resolve(Uint8Array.from(key.sign(new Uint8Array(data))).buffer);
  return { subtle: { sign } };
}
