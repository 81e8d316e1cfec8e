// The library resolves its parts by decorators and refuses to load without this.
import "reflect-metadata";
import { Name } from "@peculiar/x509";
import { Secret } from "../model/secret.ts";
import { makeAuthority, makeCertificate } from "./certificate.ts";
import { createEcKey } from "./ec-p256.ts";
import { pem } from "./pem.ts";

/** Key and certificate, PEM. */
export interface Certified {
  readonly certificate: string;
  readonly privateKey: Secret;
}

/** Signs certificates for a test, and is forgotten with it. */
export interface ThrowawayAuthority {
  /** PEM. */
  readonly certificate: string;
  /** Its own certificate follows the one that is asked for. */
  certify(commonName: string, text: string): Promise<Certified>;
}

/** `text` decides its key, and must be as hard to guess. */
export async function createThrowawayAuthority(commonName: string, text: string): Promise<ThrowawayAuthority> {
  const key = createEcKey(text);
  const name = new Name([{ CN: [commonName] }]);
  const certificate = pem("CERTIFICATE", await makeAuthority(key, name, text));
  return {
    certificate,
    async certify(deviceName, deviceText) {
      const own = createEcKey(deviceText);
      const signed = await makeCertificate(own, deviceName, deviceText, { name, key });
      return { certificate: pem("CERTIFICATE", signed) + certificate, privateKey: new Secret(pemOf(own)) };
    },
  };
}

/** Signed by itself; good for long, unless `notAfter` says otherwise. */
export async function certifyItself(commonName: string, text: string, notAfter?: Date): Promise<Certified> {
  const key = createEcKey(text);
  const certificate = await makeCertificate(key, commonName, text, undefined, notAfter);
  return { certificate: pem("CERTIFICATE", certificate), privateKey: new Secret(pemOf(key)) };
}

function pemOf({ privateKey }: ReturnType<typeof createEcKey>): string {
  return pem("PRIVATE KEY", privateKey.export({ type: "pkcs8", format: "der" }));
}
