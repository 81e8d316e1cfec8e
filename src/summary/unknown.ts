import { type Seq, seq } from "../model/units.ts";
import type { Summary } from "../model/summary.ts";
import { addFirst, createFirstDevices, deviceLabel } from "./first-devices.ts";
import { isWhole } from "./generator-tally.ts";
import { generatorsOf } from "./generators.ts";
import type { PlanFacts } from "./plan-facts.ts";
import type { RunTally } from "./run-tally.ts";
import { hasSeq } from "./seq-set.ts";

/**
 * Devices that the server may have created though no client was told: by their outcome, and those that a crashed
 * generator had claimed and says nothing more of. `nameOf` names the latter, which no line does.
 */
export function unknownOf(
  facts: PlanFacts,
  tally: RunTally,
  nameOf: (seq: Seq) => string | undefined,
): Summary["unknown"] {
  const { limit, devices } = tally.unknown.first;
  const first = createFirstDevices(limit);
  for (const device of devices) addFirst(first, device);
  let claimed = 0;
  for (const [index, generator] of generatorsOf(facts, tally)) {
    if (isWhole(generator)) continue;
    const last = Math.min(generator.claimedThrough, facts.end - 1);
    for (let next = index; next <= last; next += facts.generators) {
      const candidate = seq(next);
      if (hasSeq(tally.seen, candidate) || facts.phaseOf(candidate) < 0) continue;
      claimed += 1;
      if (claimed <= limit) addFirst(first, { seq: candidate, name: deviceLabel(candidate, nameOf(candidate)) });
    }
  }
  return { count: tally.unknown.count + claimed, names: first.devices.map((device) => device.name) };
}
