import type { Credentials } from "../model/device.ts";
import type { Plan } from "../model/plan.ts";
import { Secret } from "../model/secret.ts";
import { pem } from "./pem.ts";

type StrangerPlan = Pick<Plan, "fleet" | "prefix">;

/**
 * Makes a certificate of a device that is in no fleet: no server was ever asked to take it, and all must refuse it.
 * Undefined: the fleet has no certificates, so there is nothing that it could be mistaken for.
 */
export function strangerOf(plan: StrangerPlan): (() => Promise<Credentials>) | undefined {
  if (!plan.fleet.mix.some(({ type }) => type === "x509")) return undefined;
  return () => makeStranger(plan);
}

async function makeStranger({ fleet, prefix }: StrangerPlan): Promise<Credentials> {
  const { createKey, makeCertificate } = await import("./certificate.ts");
  const text = `${prefix}/${fleet.seed}/stranger`;
  const key = await createKey("ec-p256", text, undefined);
  const certificate = await makeCertificate(key, `${prefix}-stranger`, text);
  return {
    type: "X509_CERTIFICATE",
    certificate: pem("CERTIFICATE", Buffer.from(certificate).toString("base64")),
    privateKey: new Secret(
      pem("PRIVATE KEY", key.privateKey.export({ type: "pkcs8", format: "der" }).toString("base64")),
    ),
  };
}
