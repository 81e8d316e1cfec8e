import type { Seq } from "../model/units.ts";
import type { Summary } from "../model/summary.ts";
import { eachStanding, type Standing } from "../record/standings.ts";
import { addFirst, createFirstDevices, deviceLabel } from "./first-devices.ts";
import type { RunTally } from "./run-tally.ts";

const MAY_EXIST: readonly Standing[] = ["unknown", "doubtful"];

/** Devices that the server may have created though no client was told. `nameOf` names those of which no line speaks. */
export function unknownOf(tally: RunTally, nameOf: (seq: Seq) => string | undefined): Summary["unknown"] {
  const { limit, devices } = tally.unknown;
  const named = new Map(devices.map((device) => [device.seq, device.name]));
  const first = createFirstDevices(limit);
  let count = 0;
  for (const { seq, standing, reported } of eachStanding(tally.standings)) {
    if (!MAY_EXIST.includes(standing)) continue;
    count += 1;
    if (count > limit) continue;
    addFirst(first, { seq, name: (reported ? named.get(seq) : undefined) ?? deviceLabel(seq, nameOf(seq)) });
  }
  return { count, names: first.devices.map((device) => device.name) };
}
