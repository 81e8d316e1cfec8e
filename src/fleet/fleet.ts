import type { Plan } from "../model/plan.ts";
import type { Fleet } from "../model/ports.ts";
import type { Certificates } from "./certificates.ts";
import { createCredentials } from "./credentials.ts";
import { createMisbehaviours, ORIGINAL } from "./misbehaviours.ts";
import { createNames } from "./names.ts";

/**
 * Who is provisioned: every device is computed from (prefix, seed, seq) when it is asked for, so that a fleet of any size
 * costs no memory, any generator can make any device, and a second run of the same plan makes the same fleet again.
 * `certificates` are needed for a fleet that has some (see `prepareCertificates`).
 */
export function createFleet(plan: Pick<Plan, "fleet" | "prefix">, certificates?: Certificates): Fleet {
  const { names, mix, seed, gateway, misbehaviours } = plan.fleet;
  const name = createNames(names, plan.prefix);
  const credentials = createCredentials({ mix, seed, prefix: plan.prefix, certificates });
  const misbehaviourOf = createMisbehaviours(misbehaviours, seed);
  return {
    device: (seq) => {
      const misbehaviour = misbehaviourOf(seq);
      return {
        seq,
        name: name(misbehaviour === "repeated-name" ? ORIGINAL : seq),
        credentials: credentials(misbehaviour === "repeated-credentials" ? ORIGINAL : seq),
        gateway,
        misbehaviour,
      };
    },
  };
}
