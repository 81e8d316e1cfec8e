import type { Plan } from "../model/plan.ts";
import type { Fleet } from "../model/ports.ts";
import { seq, type Seq } from "../model/units.ts";
import type { Certificates } from "./certificate-ports.ts";
import { createCredentials } from "./credentials.ts";
import { createMisbehaviours, type Misbehaviours } from "./misbehaviours.ts";
import { createNames } from "./names.ts";

export type FleetSource = Pick<Plan, "fleet" | "prefix">;

/**
 * Who is provisioned: every device is computed from (prefix, seed, seq) when it is asked for, so that a fleet of any size
 * costs no memory, any generator can make any device, and a second run of the same plan makes the same fleet again.
 * `certificates` are needed for a fleet that has some (see `prepareCertificates`).
 */
export function createFleet(plan: FleetSource, certificates?: Certificates): Fleet {
  const { mix, seed, gateway } = plan.fleet;
  const misbehaviours = misbehavioursOf(plan);
  const name = namesOf(plan, misbehaviours);
  const credentials = createCredentials({ mix, seed, prefix: plan.prefix, certificates });
  return {
    device: (seq) => {
      const misbehaviour = misbehaviours.of(seq);
      return {
        seq,
        name: name(seq),
        credentials: credentials(
          misbehaviour === "repeated-credentials" ? misbehaviours.originalOf(misbehaviour) : seq,
        ),
        gateway,
        misbehaviour,
      };
    },
  };
}

/** The names alone that a plan's devices ask for: needs no certificates. */
export function createFleetNames(plan: FleetSource): (seq: Seq) => string | undefined {
  return namesOf(plan, misbehavioursOf(plan));
}

function namesOf({ fleet, prefix }: FleetSource, misbehaviours: Misbehaviours): (seq: Seq) => string | undefined {
  const name = createNames(fleet, prefix);
  return (seq) => {
    const misbehaviour = misbehaviours.of(seq);
    return name(misbehaviour === "repeated-name" ? misbehaviours.originalOf(misbehaviour) : seq);
  };
}

function misbehavioursOf({ fleet }: FleetSource): Misbehaviours {
  return createMisbehaviours(fleet.misbehaviours, fleet.seed, fleet.firstSeq ?? seq(0));
}
