import { setImmediate } from "node:timers/promises";
import type { Plan, Provisioning } from "../model/plan.ts";
import type { Shard } from "../model/ports.ts";
import { Secret } from "../model/secret.ts";
import { seq, type Seq } from "../model/units.ts";
import type { CertificatePlan, Certificates, KeyStore } from "./certificate-ports.ts";
import { createPicker } from "./credentials.ts";
import { createNames } from "./names.ts";
import { pem } from "./pem.ts";

/** Where the plan has a chain, its authority signs the certificates; otherwise each signs itself. */
export type CertifiedPlan = Pick<Plan, "fleet" | "prefix"> & { readonly provisioning?: Pick<Provisioning, "chain"> };

interface Prepared {
  readonly certificate: Buffer;
  readonly privateKey: Buffer;
}

/** Devices between two turns of the event loop, so that progress and Ctrl-C get through. */
const BATCH = 16;

/**
 * Makes key and certificate of each device of this shard that has one; undefined if none has. They follow from (seed,
 * seq) and, so that a server which keeps certificates unique takes them run after run, the prefix.
 * `onProgress` is called after each batch. Rejects with the reason of `stop` when that is aborted.
 */
export async function prepareCertificates(
  plan: CertifiedPlan,
  shard: Shard,
  options: {
    readonly onProgress: (done: number, total: number) => void;
    readonly keys: KeyStore | undefined;
  },
  stop: AbortSignal,
): Promise<Certificates | undefined> {
  const { mix, seed, count, firstSeq = seq(0) } = plan.fleet;
  if (!mix.some((kind) => kind.type === "x509")) return undefined;
  // Loading the library takes a fifth of a second, which fleets without certificates need not wait for.
  const { createKey, makeCertificate } = await import("./certificate.ts");
  const chain = plan.provisioning?.chain;
  const issuer = chain && (await import("./authority.ts")).issuerOf(chain);

  const pick = createPicker(plan.fleet);
  const name = createNames(plan.fleet, plan.prefix);
  const prepared = new Map<number, Prepared>();
  let done = 0;
  const ours = Array.from({ length: count }, (_, index) => seq(firstSeq + index)).filter(
    (each) => each % shard.count === shard.index,
  );
  for (const each of ours) {
    const kind = pick(each);
    if (kind.type === "x509") {
      const key = await createKey(kind.key, `${seed}/${each}`, options.keys);
      const text = `${plan.prefix}/${seed}/${each}`;
      const own = name(each) || `${plan.prefix}${each}`;
      const commonName = chain === undefined ? own : chain.commonName.replaceAll("{name}", () => own);
      prepared.set(each, {
        certificate: Buffer.from(await makeCertificate(key, commonName, text, issuer)),
        privateKey: key.privateKey.export({ type: "pkcs8", format: "der" }),
      });
    }
    done += 1;
    if (done % BATCH === 0 || done === ours.length) {
      options.onProgress(done, ours.length);
      await setImmediate();
      stop.throwIfAborted();
    }
  }
  return { of: (own, form) => render(prepared.get(own), own, form) };
}

function render(prepared: Prepared | undefined, own: Seq, form: CertificatePlan["form"]) {
  if (prepared === undefined) throw new RangeError(`no certificate was made for device ${own}`);
  const { certificate, privateKey } = prepared;
  return {
    certificate: form === "base64" ? certificate.toString("base64") : pem("CERTIFICATE", certificate),
    privateKey: new Secret(pem("PRIVATE KEY", privateKey)),
  };
}
