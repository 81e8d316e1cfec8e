import type { CredentialsPlan } from "../model/plan.ts";
import type { Secret } from "../model/secret.ts";
import type { Seq } from "../model/units.ts";

export type CertificatePlan = Extract<CredentialsPlan, { type: "x509" }>;

/** Certificates made ahead of the load: half a kilobyte a device (EC), the one thing that grows with the fleet. */
export interface Certificates {
  /** In the form of the plan. Throws if none was made for `seq`. */
  of(seq: Seq, form: CertificatePlan["form"]): { readonly certificate: string; readonly privateKey: Secret };
}

/** Keeps private keys from run to run: they depend on (seed, seq) only, and RSA keys are slow to make. */
export interface KeyStore {
  /** PKCS#8, DER, by an id of 32 hexadecimal digits. */
  read(id: string): Promise<Uint8Array | undefined>;
  write(id: string, pkcs8: Uint8Array): Promise<void>;
}
