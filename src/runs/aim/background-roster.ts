import { stat } from "node:fs/promises";
import { basename } from "node:path";
import type { BackgroundDevice } from "../../generator/background.ts";
import type { BackgroundPlan } from "../../model/background.ts";
import type { Shard } from "../../model/ports.ts";
import { RollcallError } from "../../model/error.ts";
import type { Issued } from "../../model/entry.ts";
import { readRoster, readRosters } from "../../record/roster.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import type { BackgroundRoster } from "../../scenario/background-plan.ts";
import { formatCount, quantity } from "../../writing/notation.ts";
import { findRunFrom } from "./roster-names.ts";

/** Read by others than its owner. */
const OTHERS = 0o077;

/** What the run that a scenario names has for a background. Throws an Error that says what is wrong. */
export async function readBackgroundRoster(
  reference: string,
  scenario: string,
  results: string,
): Promise<BackgroundRoster> {
  const folder = await findRunFrom(reference, scenario, results);
  const { plan, rosters } = await openRunFolder(folder);
  if (plan.groups !== undefined) throw new Error("its devices are of groups, each with an address of its own");
  for (const { path } of rosters) {
    const { mode } = await stat(path);
    if ((mode & OTHERS) === 0) continue;
    throw new Error(`${basename(path)} has credentials, and others than its owner may read it: chmod 600 ${path}`);
  }
  const seqs = new Set<number>();
  for await (const issued of readRosters(rosters)) if (canLogIn(issued)) seqs.add(issued.seq);
  return { run: plan.runId, folder, target: plan.target, devices: seqs.size };
}

/** The devices of a background that are one shard's. Throws RollcallError "background" where they are no longer there. */
export async function readBackgroundDevices(
  { folder, run, devices }: BackgroundPlan,
  { index, count }: Shard,
): Promise<readonly BackgroundDevice[]> {
  const { rosters } = await openRunFolder(folder);
  const seqs = new Set<number>();
  for await (const issued of readRosters(rosters)) if (canLogIn(issued)) seqs.add(issued.seq);
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
    if (place !== undefined && canLogIn(issued)) found.set(place, { index: place, issued });
  }
  return [...found.values()].sort((a, b) => a.index - b.index);
}

/** Those of a roster that has this shard's devices alone. */
export async function readOwnBackground(roster: string, { index, count }: Shard): Promise<readonly BackgroundDevice[]> {
  const devices: BackgroundDevice[] = [];
  for await (const issued of readRoster(roster)) devices.push({ index: index + devices.length * count, issued });
  return devices;
}

function canLogIn({ credentials }: Issued): boolean {
  return credentials.type !== "LWM2M_CREDENTIALS";
}
