import { readdir } from "node:fs/promises";
import type { BackgroundDevice } from "../../generator/background.ts";
import type { BackgroundPlan } from "../../model/background.ts";
import type { Issued } from "../../model/entry.ts";
import { RollcallError } from "../../model/error.ts";
import type { Shard } from "../../model/ports.ts";
import { readRoster, readRosters } from "../../record/roster.ts";
import { generatorFiles } from "../../record/shard-files.ts";
import { formatCount, quantity } from "../../writing/notation.ts";

/** The devices of a background that are one shard's. Throws RollcallError "background" where they are no longer there. */
export async function readBackgroundDevices(
  { folder, run, devices }: BackgroundPlan,
  { index, count }: Shard,
): Promise<readonly BackgroundDevice[]> {
  const rosters = generatorFiles(folder, await namesIn(folder), "roster");
  const seqs = new Set<number>();
  for await (const issued of readRosters(rosters)) if (canSpeak(issued)) seqs.add(issued.seq);
  const chosen = [...seqs].sort((a, b) => a - b).slice(0, devices);
  if (chosen.length < devices) {
    throw new RollcallError(
      "background",
      `The roster of run ${run} has ${quantity(chosen.length, "device")} for the background, and ${formatCount(devices)} are to be there.`,
      `See what became of ${folder}, or set background.devices.`,
    );
  }
  const own = new Map(chosen.flatMap((seq, place) => (place % count === index ? [[seq, place] as const] : [])));
  const found = new Map<number, BackgroundDevice>();
  for await (const issued of readRosters(rosters)) {
    const place = own.get(issued.seq);
    if (place !== undefined && canSpeak(issued)) found.set(place, { index: place, issued });
  }
  return [...found.values()].sort((a, b) => a.index - b.index);
}

/** Those of a roster that has this shard's devices alone. */
export async function readOwnBackground(roster: string, { index, count }: Shard): Promise<readonly BackgroundDevice[]> {
  const devices: BackgroundDevice[] = [];
  for await (const issued of readRoster(roster)) devices.push({ index: index + devices.length * count, issued });
  return devices;
}

/** LwM2M has no login of the kinds that a background has. */
export function canSpeak({ credentials }: Issued): boolean {
  return credentials.type !== "LWM2M_CREDENTIALS";
}

/** Of a folder that is gone none: nobody is there then, which the error about the devices says. */
function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}
