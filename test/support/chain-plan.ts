import { hash, X509Certificate } from "node:crypto";
import type { ChainPlan } from "../../src/model/plan.ts";
import { Secret } from "../../src/model/secret.ts";
import { INTERMEDIATE, ROOT } from "./authority.ts";

/** The intermediate signs, and shows the root behind it. */
export function chainPlan(commonName = "{name}"): ChainPlan {
  const certificates = [INTERMEDIATE.certificate, ROOT.certificate];
  return {
    certificates: certificates.join(""),
    key: new Secret(INTERMEDIATE.key),
    commonName,
    profileKeys: certificates.map((each) => hash("sha3-256", new X509Certificate(each).raw.toString("base64"))),
  };
}
