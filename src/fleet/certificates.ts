import type { CredentialsPlan } from "../model/plan.ts";
import type { Secret } from "../model/secret.ts";
import type { Seq } from "../model/units.ts";

export type CertificatePlan = Extract<CredentialsPlan, { type: "x509" }>;

/** Certificates made ahead of the load. */
export interface Certificates {
  /** Throws if none was made for `seq`. */
  of(seq: Seq, plan: CertificatePlan): { readonly certificate: string; readonly privateKey: Secret };
}
