import type { HostPlan, LoginPlaces } from "../model/plan.ts";
import { fractionOf } from "./derive.ts";

/** Indexes of the places at which a device logs in, in order; `issuedAt`: which of them issued its credentials, undefined where it is none of them. */
export type ChooseLogins = (seq: number, issuedAt: number | undefined) => readonly number[];

/** Pure in seed, device and issuing place, so that it is the same for any number of generators. There is at least one place. */
export function createLoginChoice(
  weights: readonly Pick<HostPlan, "weight">[],
  seed: number,
  at: LoginPlaces,
): ChooseLogins {
  const count = weights.length;
  switch (at) {
    case "same":
      // Of a place that is no longer among them, the first stands in.
      return (_seq, issuedAt) => [issuedAt ?? 0];
    case "other":
      return (seq, issuedAt) => [byLot(weights, issuedAt, fractionOf(`${seed} login ${seq}`))];
    case "each":
      // Each device begins elsewhere: a place that is always asked first would be the only one that is asked at once.
      return (seq) => {
        const begin = Math.floor(fractionOf(`${seed} login ${seq}`) * count);
        return Array.from({ length: count }, (_, step) => (begin + step) % count);
      };
  }
}

/** One of the places but `without`, by weight; the only one there is, where there is no other. */
function byLot(weights: readonly Pick<HostPlan, "weight">[], without: number | undefined, fraction: number): number {
  const others = weights.flatMap(({ weight }, index) => (index === without ? [] : [{ index, weight }]));
  let left = fraction * others.reduce((sum, { weight }) => sum + weight, 0);
  for (const { index, weight } of others) {
    left -= weight;
    if (left < 0) return index;
  }
  return others.at(-1)?.index ?? 0;
}
