import type { Misbehaviour } from "../model/device.ts";
import type { FleetPlan } from "../model/plan.ts";
import { seq, type Seq } from "../model/units.ts";
import { fractionOf } from "./derive.ts";

/** Whom others repeat. It is always a good one, and the first to come. */
export const ORIGINAL = seq(0);

/** Which devices misbehave on purpose, and how: by share, from (seed, seq) alone. */
export function createMisbehaviours(
  shares: FleetPlan["misbehaviours"],
  seed: number,
): (seq: Seq) => Misbehaviour | undefined {
  if (shares.length === 0) return () => undefined;
  return (own) => {
    if (own === ORIGINAL) return undefined;
    let left = fractionOf(`misbehaviour/${seed}/${own}`);
    for (const { kind, share } of shares) {
      left -= share;
      if (left < 0) return kind;
    }
    return undefined;
  };
}
