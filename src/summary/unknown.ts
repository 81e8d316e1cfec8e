import type { Seq } from "../model/units.ts";
import type { Summary } from "../model/summary.ts";
import { eachStanding, type Standing, untoldAttempts } from "../record/standings.ts";
import type { RetryPlan } from "../model/retry-plan.ts";
import { addFirst, createFirstDevices, deviceLabel } from "./first-devices.ts";
import type { RunTally } from "./run-tally.ts";

const MAY_EXIST: readonly Standing[] = ["unknown", "doubtful"];

/** Devices that the server may have created though no client was told. `nameOf` names those of which no line speaks. */
export function unknownOf(
  tally: RunTally,
  nameOf: (seq: Seq, attempt?: number) => string | undefined,
  retry: RetryPlan | undefined,
): Summary["unknown"] {
  const { limit, devices } = tally.unknown;
  const named = new Map(devices.map((device) => [device.seq, device.name]));
  const first = createFirstDevices(limit);
  let count = 0;
  const add = (seq: Seq, name: () => string): void => {
    count += 1;
    if (count <= limit) addFirst(first, { seq, name: name() });
  };
  // Each attempt had a name of its own, and what is not known is by name.
  if (retry?.sameName === false) {
    for (const stand of eachStanding(tally.standings)) {
      const { seq } = stand;
      for (const attempt of untoldAttempts(stand, retry.attempts))
        add(seq, () => deviceLabel(seq, nameOf(seq, attempt)));
    }
  } else {
    for (const { seq, reported } of eachStanding(tally.standings, MAY_EXIST)) {
      add(seq, () => (reported ? named.get(seq) : undefined) ?? deviceLabel(seq, nameOf(seq)));
    }
  }
  return { count, names: first.devices.map((device) => device.name) };
}
