import type { Misbehaviour } from "../model/device.ts";
import type { FleetPlan } from "../model/plan.ts";
import { seq, type Seq } from "../model/units.ts";
import { fractionOf } from "./derive.ts";

export interface Misbehaviours {
  /** How a device misbehaves on purpose, by share, from (seed, seq) alone; undefined: it is a good one. */
  readonly of: (seq: Seq) => Misbehaviour | undefined;
  /**
   * Whose name or credentials the devices of a repeating kind have: those of the first of them, so that no good device is
   * ever repeated. Of a run that resumes another, the first of its own.
   */
  originalOf(kind: Misbehaviour): Seq;
}

/** `from`: the run's first seq. */
export function createMisbehaviours(shares: FleetPlan["misbehaviours"], seed: number, from: Seq): Misbehaviours {
  const originals = new Map<Misbehaviour, Seq>();

  const of = (own: Seq): Misbehaviour | undefined => {
    if (shares.length === 0) return undefined;
    let left = fractionOf(`misbehaviour/${seed}/${own}`);
    for (const { kind, share } of shares) {
      left -= share;
      if (left < 0) return kind;
    }
    return undefined;
  };

  return {
    of,
    originalOf(kind) {
      let original = originals.get(kind);
      if (original === undefined) {
        // Only asked for by a device of this kind: there is one.
        original = from;
        while (of(original) !== kind) original = seq(original + 1);
        originals.set(kind, original);
      }
      return original;
    },
  };
}
