import type { Plan } from "../model/plan.ts";
import type { Fleet } from "../model/ports.ts";
import { seq } from "../model/units.ts";
import type { Certificates } from "./certificate-ports.ts";
import { createCredentials } from "./credentials.ts";
import { createMisbehaviours, type Misbehaviours } from "./misbehaviours.ts";
import { createNames, type NameOf } from "./names.ts";

export type FleetSource = Pick<Plan, "fleet" | "prefix">;

/**
 * Who is provisioned: every device is computed from (prefix, seed, seq) when it is asked for, so that a fleet of any size
 * costs no memory, any generator can make any device, and a second run of the same plan makes the same fleet again.
 * `certificates` are needed for a fleet that has some (see `prepareCertificates`).
 */
export function createFleet(plan: FleetSource, certificates?: Certificates): Fleet {
  const { gateway, retry } = plan.fleet;
  const misbehaviours = misbehavioursOf(plan);
  const name = namesOf(plan, misbehaviours);
  const credentials = createCredentials({ fleet: plan.fleet, prefix: plan.prefix, certificates });
  const anew = retry?.sameName === false;
  return {
    device: (seq, attempt) => {
      const misbehaviour = misbehaviours.of(seq);
      return {
        seq,
        name: name(seq, attempt),
        credentials: credentials(
          misbehaviour === "repeated-credentials" ? misbehaviours.originalOf(misbehaviour) : seq,
          // A token is unique on a server: a ghost's would be refused to every other name.
          anew ? attempt : undefined,
        ),
        gateway,
        misbehaviour,
      };
    },
  };
}

/** The names alone that a plan's devices ask for: needs no certificates. */
export function createFleetNames(plan: FleetSource): NameOf {
  return namesOf(plan, misbehavioursOf(plan));
}

function namesOf({ fleet, prefix }: FleetSource, misbehaviours: Misbehaviours): NameOf {
  const name = createNames(fleet, prefix);
  return (seq, attempt) => {
    const misbehaviour = misbehaviours.of(seq);
    return name(misbehaviour === "repeated-name" ? misbehaviours.originalOf(misbehaviour) : seq, attempt);
  };
}

function misbehavioursOf({ fleet }: FleetSource): Misbehaviours {
  return createMisbehaviours(fleet.misbehaviours, fleet.seed, fleet.firstSeq ?? seq(0));
}
