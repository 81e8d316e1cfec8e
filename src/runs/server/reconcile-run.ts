import {
  type Administration,
  MOST_SKEW_MS,
  type ServerDevice,
  type ServerFacts,
  type ServerProfile,
} from "../../model/administration.ts";
import { RollcallError } from "../../model/error.ts";
import type { Issued } from "../../model/entry.ts";
import type { RecordedPlan } from "../../model/plan.ts";
import type { ReconciliationRecord } from "../../model/server-record.ts";
import { checkCredentials, type IssuedTo, spread } from "../../operations/check-credentials.ts";
import { devicesOfProfile } from "../../operations/devices-of-profile.ts";
import { type Reconciliation, reconcile, type RunRecord } from "../../operations/reconcile.ts";
import { readRosters } from "../../record/roster.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import { dateOf, type WorldClock } from "../world.ts";
import { readRunRecord } from "./run-record.ts";
import { formatTime } from "../../writing/notation.ts";
import { usFromMs } from "../../model/units.ts";

/** There is no call for the credentials of many, and the roll call has tried every one of them: a sample finds a server that stores others. */
export const CREDENTIALS_LOOKED_AT = 100;

export interface ReconciledRun {
  readonly record: RunRecord;
  readonly found: Reconciliation;
  readonly result: ReconciliationRecord;
}

/** Holds what a run's journals and rosters say against every device of its profile. `credentials`: of how many to ask; `seenBefore`: as in server.json. */
export async function reconcileRun(
  clock: WorldClock,
  folder: string,
  plan: RecordedPlan,
  admin: Administration,
  profile: ServerProfile,
  { credentials, seenBefore }: { readonly credentials: number; readonly seenBefore: readonly string[] | undefined },
  stop: AbortSignal,
): Promise<ReconciledRun> {
  const files = await openRunFolder(folder);
  const record = await readRunRecord(plan, files, seenBefore);
  const found = await reconcile(record, devicesOfProfile(admin, profile, stop));
  const sample = await issuedTo(spread(found.present, credentials), readRosters(files.rosters));
  const namesOf = (devices: readonly ServerDevice[]): readonly string[] => devices.map(({ name }) => name);
  const result: ReconciliationRecord = {
    at: dateOf(clock).toISOString(),
    present: found.told.present,
    missing: found.told.missing,
    ghosts: namesOf(found.ghosts),
    foreign: namesOf(found.foreign),
    wrongGateway: found.wrongGateway,
    unnamed: found.unnamed,
    credentials: { checked: sample.length, differing: await checkCredentials(admin, sample, stop) },
  };
  return { record, found, result };
}

/** Throws RollcallError "clock-skew". */
export function checkClocks({ time }: ServerFacts, { wall }: Pick<WorldClock, "wall">): void {
  if (time === undefined) return;
  const skew = time - wall();
  if (Math.abs(skew) <= MOST_SKEW_MS) return;
  throw new RollcallError(
    "clock-skew",
    `The server's clock is ${formatTime(usFromMs(skew))} off this machine's: when a device was created cannot be held against when the run was.`,
    "Set both clocks (NTP), and reconcile a run made after that.",
  );
}

/** What each of the devices was told. */
async function issuedTo(devices: readonly ServerDevice[], told: AsyncIterable<Issued>): Promise<readonly IssuedTo[]> {
  const wanted = new Map(devices.map((device) => [device.name, device]));
  const issued = new Map<string, Issued>();
  for await (const each of told) {
    if (each.name !== undefined && wanted.has(each.name)) issued.set(each.name, each);
  }
  return devices.flatMap((device) => {
    const own = issued.get(device.name);
    return own === undefined ? [] : [{ device, issued: own.credentials }];
  });
}
