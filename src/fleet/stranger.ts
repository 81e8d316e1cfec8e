import type { Credentials } from "../model/device.ts";
import { Secret } from "../model/secret.ts";
import type { ChainPlan, Plan } from "../model/plan.ts";
import { pem } from "./pem.ts";

/** All that a stranger has in common with the fleet: of an authority its name, never its key. */
type StrangerPlan = Pick<Plan, "fleet" | "prefix"> & {
  readonly provisioning?: { readonly chain?: Pick<ChainPlan, "certificates" | "commonName"> | undefined };
};

/**
 * Makes a certificate of a device that is in no fleet: no server was ever asked to take it, and all must refuse it. Under a
 * chain it is signed by another authority, of the same name as the fleet's, which it brings along.
 * Undefined: the fleet has no certificates, so there is nothing that it could be mistaken for.
 */
export function strangerOf(plan: StrangerPlan): (() => Promise<Credentials>) | undefined {
  if (!plan.fleet.mix.some(({ type }) => type === "x509")) return undefined;
  return () => makeStranger(plan);
}

async function makeStranger({ fleet, prefix, provisioning }: StrangerPlan): Promise<Credentials> {
  const { createKey, makeAuthority, makeCertificate } = await import("./certificate.ts");
  const text = `${prefix}/${fleet.seed}/stranger`;
  const key = await createKey("ec-p256", text, undefined);
  const chain = provisioning?.chain;
  const commonName = (chain?.commonName ?? "{name}").replaceAll("{name}", () => `${prefix}-stranger`);
  const own = async (): Promise<readonly Uint8Array[]> => {
    if (chain === undefined) return [await makeCertificate(key, commonName, text)];
    const { nameOf } = await import("./authority.ts");
    const name = nameOf(chain);
    const authority = await createKey("ec-p256", `${text}/authority`, undefined);
    return [
      await makeCertificate(key, commonName, text, { name, key: authority }),
      await makeAuthority(authority, name, `${text}/authority`),
    ];
  };
  return {
    type: "X509_CERTIFICATE",
    certificate: (await own()).map((each) => pem("CERTIFICATE", each)).join(""),
    privateKey: new Secret(pem("PRIVATE KEY", key.privateKey.export({ type: "pkcs8", format: "der" }))),
  };
}
