import { mostMadeBy } from "../model/devices-of.ts";
import { RollcallError } from "../model/error.ts";
import type { Plan } from "../model/plan.ts";
import type { Shard } from "../model/ports.ts";
import { formatCount, quantity } from "../writing/notation.ts";

/**
 * Refuses (RollcallError "too-many-generators") a number of generators that leaves one with a share of nothing. Its
 * devices would never start: they are its own by their number, and rounding its share up to one would put more in
 * flight than the scenario declares. Who starts the generators is to start fewer.
 */
export function requireShares({ phases, maxInFlight, rollCall }: Plan, { count }: Shard): void {
  const shared = [
    ...phases.flatMap(({ name, shape }) =>
      shape.kind === "closed" ? [{ what: `the concurrency of phase ${name}`, total: shape.concurrency }] : [],
    ),
    { what: "maxInFlight", total: maxInFlight },
    ...(rollCall.when === "after" ? [{ what: "rollCall.concurrency", total: rollCall.concurrency }] : []),
  ];
  for (const { what, total } of shared) {
    if (total >= count) continue;
    throw new RollcallError(
      "too-many-generators",
      `${count} generators cannot share ${what}, which is ${formatCount(total)}.`,
      `Set generators to at most ${formatCount(total)}.`,
    );
  }
}

/**
 * Refuses (RollcallError "too-many-devices") a plan of more devices than its own ceiling. Whoever made the plan has seen to it;
 * this is the last place, on whatever machine, before devices are asked for.
 */
export function requireCeiling({ phases, fleet, maxDevices, askedBefore = 0 }: Plan): void {
  const devices = askedBefore + mostMadeBy({ phases, fleet });
  if (maxDevices === undefined || devices <= maxDevices) return;
  throw new RollcallError(
    "too-many-devices",
    `The plan asks for ${quantity(devices, "device")}, and maxDevices is ${formatCount(maxDevices)}.`,
    "Raise maxDevices, or make the load smaller.",
  );
}
