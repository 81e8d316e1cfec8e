import { dirname } from "node:path";
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
import type { DeviceCounts, ReconciliationRecord } from "../../model/server-record.ts";
import { lookAtRest } from "../../operations/at-rest.ts";
import { checkCredentials, type IssuedTo, spread } from "../../operations/check-credentials.ts";
import { checkStored } from "../../operations/check-stored.ts";
import { devicesOfProfile } from "../../operations/devices-of-profile.ts";
import { type Reconciliation, reconcile } from "../../operations/reconcile.ts";
import { readAfterwards } from "../../record/afterwards-file.ts";
import { readSetupRecord } from "../../record/setup-record.ts";
import { readRosters } from "../../record/roster.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import { dateOf, type World, type WorldClock } from "../world.ts";
import { provedDevices } from "./proved-devices.ts";
import { PROOF_KEY } from "../../thingsboard/proof.ts";
import { readRunRecord, type RunEvidence } from "./run-record.ts";
import { atWork, restWish, type Settling } from "./settling.ts";
import { formatTime } from "../../writing/notation.ts";
import { usFromMs } from "../../model/units.ts";

/** There is no call for the credentials of many, and the roll call has tried every one of them: a sample finds a server that stores others. */
export const CREDENTIALS_LOOKED_AT = 100;

/** What a device published is asked for one by one, too. */
const VALUES_LOOKED_AT = 20;

export interface ReconciledRun {
  readonly record: RunEvidence;
  readonly found: Reconciliation;
  readonly result: ReconciliationRecord;
  /** Of the same moment. */
  readonly counts: DeviceCounts;
}

export interface Reconciling {
  /** Of how many devices to ask for the credentials. */
  readonly credentials: number;
  /** As in server.json. */
  readonly seenBefore: readonly string[] | undefined;
  readonly settling: Settling;
}

/**
 * Holds what a run's journals and rosters say against every device of its profile; where they leave something in doubt, as
 * soon as the server has come to rest.
 */
export async function reconcileRun(
  world: Pick<World, "clock" | "voice">,
  folder: string,
  plan: RecordedPlan,
  admin: Administration,
  profile: ServerProfile,
  { credentials, seenBefore, settling }: Reconciling,
  stop: AbortSignal,
): Promise<ReconciledRun> {
  const files = await openRunFolder(folder);
  const record = await readRunRecord(plan, files, seenBefore);
  const list = (): Promise<Reconciliation> => reconcile(record, devicesOfProfile(admin, profile, stop));
  const { found, rest } =
    record.inDoubt === 0
      ? { found: await list(), rest: undefined }
      : await lookAtRest(
          { ...atWork(world, record, settling), list, count: () => admin.countDevices(profile, stop) },
          restWish(world, settling.atMostMs),
          stop,
        );
  const counts = { tenant: await admin.countDevices(undefined, stop), profile: found.onServer };
  const gone = await deletedOf(folder, profile, record);
  const there = new Set(found.bearers.map(({ name }) => name));
  const deleted = [...record.names.keys()].filter((name) => gone.has(name) && !there.has(name));
  const sample = await issuedTo(spread(found.present, credentials), readRosters(files.rosters));
  const proved = await provedDevices(plan, files);
  const speakers = spread(
    found.present.filter(({ name }) => proved.has(name)),
    VALUES_LOOKED_AT,
  );
  const wish = { waits: world.clock.waits, atMostMs: settling.atMostMs, key: PROOF_KEY, value: plan.runId };
  const stored = speakers.length === 0 ? undefined : await checkStored(admin, speakers, wish, stop);
  const namesOf = (devices: readonly ServerDevice[]): readonly string[] => devices.map(({ name }) => name);
  const result: ReconciliationRecord = {
    at: dateOf(world.clock).toISOString(),
    present: found.told.present,
    missing: found.told.missing.filter((name) => there.has(name) || !gone.has(name)),
    ghosts: namesOf(found.ghosts),
    foreign: namesOf(found.foreign),
    wrongGateway: found.wrongGateway,
    unnamed: found.unnamed,
    credentials: { checked: sample.length, differing: await checkCredentials(admin, sample, stop) },
    ...(stored === undefined ? {} : { stored }),
    made: found.made.length,
    ...(deleted.length === 0 ? {} : { deleted }),
    ...(rest === undefined ? {} : { rest }),
  };
  return { record, found, result, counts };
}

/** Names of the run's devices that cleanup has taken away, be it for this run or for what setup had made. */
async function deletedOf(folder: string, { id }: ServerProfile, { from }: RunEvidence): Promise<ReadonlySet<string>> {
  const ofRun = (await readAfterwards(folder)).flatMap((line) => (line.kind === "deletion" ? [line.name] : []));
  const setup = await readSetupRecord(dirname(folder));
  return new Set([...ofRun, ...setup.deletedSince(id, from)]);
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
