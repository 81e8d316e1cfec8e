import { webcrypto } from "node:crypto";
// The library refuses to load without this.
import "reflect-metadata";
import { X509CertificateGenerator } from "@peculiar/x509";

/** PEM. */
export interface DeviceCertificate {
  readonly key: string;
  readonly cert: string;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** A fresh key and a self-signed certificate, as the library's own example makes them. */
export async function makeDeviceCertificate(name: string): Promise<DeviceCertificate> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    { name: `CN=${name}`, signingAlgorithm: ALGORITHM, keys },
    webcrypto,
  );
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
    cert: certificate.toString("pem"),
  };
}
