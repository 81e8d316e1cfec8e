import { RollcallError } from "../model/error.ts";
import type { Plan } from "../model/plan.ts";
import type { Fleet } from "../model/ports.ts";
import type { Certificates } from "./certificates.ts";
import { createCredentials } from "./credentials.ts";
import { createNames } from "./names.ts";

/**
 * Who is provisioned: every device is computed from (prefix, seed, seq) when it is asked for, so that a fleet of any size
 * costs no memory, any generator can make any device, and a second run of the same plan makes the same fleet again.
 * `certificates` are needed for a fleet that has some (see `prepareCertificates`). Throws RollcallError
 * "misbehaviours-unsupported": a plan is carried out as it is written, or not at all.
 */
export function createFleet(plan: Pick<Plan, "fleet" | "prefix">, certificates?: Certificates): Fleet {
  const { names, mix, seed, gateway, misbehaviours } = plan.fleet;
  if (misbehaviours.some(({ share }) => share > 0)) {
    throw new RollcallError(
      "misbehaviours-unsupported",
      "Devices that misbehave on purpose cannot be made yet.",
      "Remove fleet.misbehaviours from the scenario.",
    );
  }
  const name = createNames(names, plan.prefix);
  const credentials = createCredentials({ mix, seed, prefix: plan.prefix, certificates });
  return {
    device: (seq) => ({
      seq,
      name: name(seq),
      credentials: credentials(seq),
      gateway,
      misbehaviour: undefined,
    }),
  };
}
