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
import type { LookedUpProfile } from "../server/run-profiles.ts";
import type { Tenants } from "../server/tenants.ts";
import { readRunRecords, type RunEvidence } from "./run-record.ts";
import { atWork, restWish, type Settling } from "./settling.ts";
import { formatTime } from "../../writing/notation.ts";
import { usFromMs } from "../../model/units.ts";

/** There is no call for the credentials of many, and the roll call has tried every one of them: a sample finds a server that stores others. */
export const CREDENTIALS_LOOKED_AT = 100;

/** What a device published is asked for one by one, too. */
export const VALUES_LOOKED_AT = 20;

/** What a run has in one device profile. */
export interface ReconciledProfile {
  /** Whose tenant it is of. */
  readonly admin: Administration;
  /** Undefined: it is gone, and with it all that was in it. */
  readonly profile: ServerProfile | undefined;
  readonly record: RunEvidence;
  readonly found: Reconciliation;
}

export interface ReconciledRun {
  /** In the order of the profiles that were looked at. */
  readonly parts: readonly ReconciledProfile[];
  readonly result: ReconciliationRecord;
  /** Of the same moment. */
  readonly counts: DeviceCounts;
}

export interface Reconciling {
  /** Of how many devices to ask for the credentials. */
  readonly credentials: number;
  /** Of how many devices to look whether what they published is stored. */
  readonly values: number;
  /** As in server.json. */
  readonly seenBefore: readonly string[] | undefined;
  readonly settling: Settling;
}

/**
 * Holds what a run's journals and rosters say against every device of its profiles; where they leave something in doubt, as
 * soon as the server has come to rest.
 */
export async function reconcileRun(
  world: Pick<World, "clock" | "voice">,
  folder: string,
  plan: RecordedPlan,
  tenants: Pick<Tenants, "countDevices">,
  profiles: readonly LookedUpProfile[],
  { credentials, values, seenBefore, settling }: Reconciling,
  stop: AbortSignal,
): Promise<ReconciledRun> {
  const files = await openRunFolder(folder);
  const records = await readRunRecords(plan, files, seenBefore, profiles);
  const list = async (): Promise<Listed> => {
    const parts: ReconciledProfile[] = [];
    for (const [index, { admin, profile }] of profiles.entries()) {
      const record = records[index];
      if (record === undefined) continue;
      const devices = profile === undefined ? nobody() : devicesOfProfile(admin, profile, stop);
      parts.push({ admin, profile, record, found: await reconcile(record, devices) });
    }
    return { parts, onServer: sumOf(parts, ({ found }) => found.onServer) };
  };
  const count = async (): Promise<number> => {
    let devices = 0;
    for (const { admin, profile } of profiles) {
      if (profile !== undefined) devices += await admin.countDevices(profile, stop);
    }
    return devices;
  };
  const lastAsked = Math.max(0, ...records.map((record) => record.lastAsked));
  const { found, rest } = records.every(({ inDoubt }) => inDoubt === 0)
    ? { found: await list(), rest: undefined }
    : await lookAtRest(
        { ...atWork(world, { lastAsked }, settling), list, count },
        restWish(world, settling.atMostMs),
        stop,
      );
  const { parts } = found;
  const counts = { tenant: await tenants.countDevices(stop), profile: found.onServer };
  const present = all(parts, "present");
  const admins = eachByItsOwn(parts);
  const sample = await issuedTo(spread(present, credentials), readRosters(files.rosters));
  const gone = await goneOf(folder, parts);
  const proved = values === 0 || present.length === 0 ? new Set() : await provedDevices(plan, files);
  const speakers = spread(
    present.filter(({ name }) => proved.has(name)),
    values,
  );
  const wish = { waits: world.clock.waits, atMostMs: settling.atMostMs, key: PROOF_KEY, value: plan.runId };
  const stored = speakers.length === 0 ? undefined : await checkStored(admins, speakers, wish, stop);
  const result: ReconciliationRecord = {
    at: dateOf(world.clock).toISOString(),
    present: sumOf(parts, (part) => part.found.told.present),
    missing: parts.flatMap((part) => part.found.told.missing).filter((name) => !gone.has(name)),
    ghosts: namesOf(all(parts, "ghosts")),
    foreign: namesOf(all(parts, "foreign")),
    wrongGateway: parts.flatMap((part) => part.found.wrongGateway),
    unnamed: sumOf(parts, (part) => part.found.unnamed),
    credentials: { checked: sample.length, differing: await checkCredentials(admins, sample, stop) },
    ...(stored === undefined ? {} : { stored }),
    made: all(parts, "made").length,
    ...(gone.size === 0 ? {} : { deleted: [...gone] }),
    ...(rest === undefined ? {} : { rest }),
  };
  return { parts, result, counts };
}

interface Listed {
  readonly parts: readonly ReconciledProfile[];
  readonly onServer: number;
}

/** A device is known to the administrator of its tenant alone. */
function eachByItsOwn(parts: readonly ReconciledProfile[]): Pick<Administration, "credentialsOf" | "latestValue"> {
  const byDevice = new Map(parts.flatMap(({ admin, found }) => found.present.map(({ id }) => [id, admin] as const)));
  return {
    credentialsOf: async (device, stop) => byDevice.get(device)?.credentialsOf(device, stop),
    latestValue: async (device, key, stop) => byDevice.get(device)?.latestValue(device, key, stop),
  };
}

async function* nobody(): AsyncGenerator<ServerDevice> {
  // A profile that is gone has no devices.
}

function all(
  parts: readonly ReconciledProfile[],
  which: "present" | "ghosts" | "foreign" | "made",
): readonly ServerDevice[] {
  return parts.flatMap(({ found }) => found[which]);
}

function namesOf(devices: readonly ServerDevice[]): readonly string[] {
  return devices.map(({ name }) => name);
}

function sumOf(parts: readonly ReconciledProfile[], of: (part: ReconciledProfile) => number): number {
  return parts.reduce((sum, part) => sum + of(part), 0);
}

/** Names of the run's devices that cleanup has taken away and that are not there again, in the order of the record. */
async function goneOf(folder: string, parts: readonly ReconciledProfile[]): Promise<ReadonlySet<string>> {
  const ofRun = (await readAfterwards(folder)).flatMap((line) => (line.kind === "deletion" ? [line.name] : []));
  const setup = await readSetupRecord(dirname(folder));
  const names = parts.flatMap(({ profile, record, found }) => {
    // Cleanup may have taken them away for this run, or for what setup had made.
    const ofSetup = profile === undefined ? [] : setup.deletedSince(profile.id, record.from);
    const gone = new Set([...ofRun, ...ofSetup]);
    const there = new Set(found.bearers.map(({ name }) => name));
    return [...record.names.keys()].filter((name) => gone.has(name) && !there.has(name));
  });
  return new Set(names);
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
