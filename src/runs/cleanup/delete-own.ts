import type { Administration, ServerDevice, ServerProfile } from "../../model/administration.ts";
import { EXIT, type ExitCode } from "../../model/error.ts";
import { printable } from "../../writing/text-width.ts";
import { createClock } from "../../generator/clock.ts";
import { type Deletion, deleteDevices, type ForeignDevice } from "../../operations/delete-devices.ts";
import { deleteProfile, type ProfileEnd } from "../../operations/delete-profile.ts";
import { type DeviceClaim, FOREIGN_REASONS, judgeDevice } from "../../operations/deletion-decision.ts";
import { devicesOfProfile } from "../../operations/devices-of-profile.ts";
import { claimOf, type Reconciliation, reconcile, type RunRecord } from "../../operations/reconcile.ts";
import type { SetupRecord } from "../../record/setup-record.ts";
import type { World } from "../world.ts";
import { formatCount, quantity } from "../../writing/notation.ts";
import { createDeletionLog } from "./deletion-log.ts";

const EXAMPLES = 3;
const CONCURRENCY = 8;

const UNSETTLED =
  "The server had not come to rest: it may yet create more. Give the same command again later, or more time with --settle.";

export interface CleanUpWish {
  readonly yes: boolean;
  readonly rate: number | undefined;
}

/** Whose devices they are, and what was found of them. */
export interface CleanUpScope {
  readonly profile: ServerProfile;
  readonly record: RunRecord;
  readonly found: Reconciliation;
  /** False: the server may still be creating devices of the run. */
  readonly settled: boolean;
  /** Folder of all results, and of the run; undefined: none has run. What is deleted is kept there. */
  readonly results: string;
  readonly folder: string | undefined;
}

/** Says what goes, and with `yes` deletes it, then the profile if setup made it and nothing is left in it. */
export async function cleanUp(
  { clock, voice }: Pick<World, "clock" | "voice">,
  { profile, record, found, settled, results, folder }: CleanUpScope,
  setup: SetupRecord,
  admin: Administration,
  { yes, rate }: CleanUpWish,
  stop: AbortSignal,
): Promise<ExitCode> {
  const claims = claimsOf(profile, record, setup);
  const before = ownOf(found, claims);
  const own = [...before.made, ...before.prepared];
  await voice.say(describe(profile, before));
  if (found.unnamed > 0) await voice.say(describeUnnamed(found.unnamed));
  if (!settled) await voice.say(UNSETTLED);
  const done = settled ? EXIT.pass : EXIT.undecided;
  const made = setup.madeProfile(profile);
  if (own.length === 0 && (made === undefined || found.onServer > 0)) {
    if (made !== undefined) await voice.say(staysFor(profile, found.onServer));
    return done;
  }
  if (!yes) {
    if (made !== undefined) await voice.say("The profile, which setup made, goes too, if no device is left in it.");
    await voice.say("Nothing was deleted: say --yes to do it.");
    return done;
  }
  const prepared = new Set(before.prepared.map(({ id }) => id));
  const log = createDeletionLog(clock, { results, folder, profile: profile.id }, prepared);
  const pace = {
    concurrency: CONCURRENCY,
    rate,
    clock: createClock(clock.monotonic(), clock.monotonic),
    onProgress: voice.progress("deleted"),
    onBegin: (device: Pick<ServerDevice, "id" | "name">) => log.begin(device),
  };
  const deletion = await deleteDevices(admin, own, claims, pace, stop);
  const { deleted, gone, vanished, foreign, error } = deletion;
  await voice.say(describeDeletion(deletion));
  if (foreign.length > 0) await voice.say(describeForeign(foreign));
  if (stop.aborted || error !== undefined) {
    await log.end(deleted, null);
    const rest = formatCount(own.length - deleted - gone - vanished - foreign.length);
    const how = stop.aborted ? "Interrupted" : "Broken off";
    await voice.say(`${rest} are left. ${how}: the same command goes on where this one stopped.`);
  }
  if (stop.aborted) return EXIT.interrupted;
  if (error !== undefined) throw error;

  const after = await reconcile(record, devicesOfProfile(admin, profile, stop));
  const rest = ownOf(after, claims);
  const left = rest.made.length + rest.prepared.length;
  await log.end(deleted, left);
  await voice.say(
    `${quantity(left, "device")} of these left; the profile has ${quantity(after.onServer - left, "device")} of others${found.unnamed === 0 ? "" : ", or of this run under names of the server"}.`,
  );
  const removal = made === undefined ? undefined : await deleteProfile(admin, made, stop);
  if (removal !== undefined) await voice.say(describeRemoval(profile, removal));
  return left === 0 && foreign.length === 0 && removal?.end !== "foreign" ? done : EXIT.rollCall;
}

/** What is not known is not claimed: a deletion whose answer was lost may be this command's, or somebody else's. */
export function describeDeletion({ deleted, gone, vanished }: Pick<Deletion, "deleted" | "gone" | "vanished">): string {
  const were = (count: number): string => `${formatCount(count)} ${count === 1 ? "was" : "were"}`;
  const parts = [
    `Deleted ${formatCount(deleted)}`,
    ...(gone === 0 ? [] : [`${were(gone)} gone already`]),
    ...(vanished === 0
      ? []
      : [
          `${were(vanished)} there before and gone then (by this command if an answer was lost, else by somebody else)`,
        ]),
  ];
  return `${parts.join(", ")}.`;
}

/** By the run, and by setup for it. */
function claimsOf({ id }: ServerProfile, record: RunRecord, setup: SetupRecord): readonly DeviceClaim[] {
  return [claimOf(record, id), { by: "setup", profiles: [id], made: setup.madeDevices(id) }];
}

interface Own {
  /** By the run. */
  readonly made: readonly ServerDevice[];
  readonly ghosts: number;
  /** By setup, for the run. */
  readonly prepared: readonly ServerDevice[];
  /** Bear a name of the run, and neither made them. */
  readonly foreign: readonly ForeignDevice[];
}

/** As the list has them: what the server says of each alone decides in the end. */
function ownOf({ made, ghosts, bearers }: Reconciliation, claims: readonly DeviceClaim[]): Own {
  const byRun = new Set(made);
  const prepared: ServerDevice[] = [];
  const foreign: ForeignDevice[] = [];
  for (const device of bearers) {
    if (byRun.has(device)) continue;
    const judgement = judgeDevice(device.id, device, claims);
    if (judgement.own) prepared.push(device);
    else foreign.push({ name: device.name, why: judgement.why });
  }
  return { made, ghosts: ghosts.length, prepared, foreign };
}

function describe({ name }: ServerProfile, { made, ghosts, prepared, foreign }: Own): string {
  const own = [...made, ...prepared];
  const whose = prepared.length > 0 ? "that setup made" : "of this run";
  return [
    `${quantity(own.length, "device")} ${whose} in profile ${printable(name)}`,
    ghosts === 0 ? "" : `, ${formatCount(ghosts)} of them ghosts`,
    own.length === 0 ? "" : `: ${namesOf(own.map(({ name: each }) => each))}`,
    ".",
    foreign.length === 0
      ? ""
      : `\n${formatCount(foreign.length)} with a name of the run ${foreign.length === 1 ? "was" : "were"} made by others: ${reasonsOf(foreign)}.`,
  ].join("");
}

/** Nothing tells them from devices of others, so that they stay. */
function describeUnnamed(count: number): string {
  const [they, are] = count === 1 ? ["it", "is"] : ["they", "are"];
  return `${quantity(count, "device")} of this run left the name to the server, which does not tell it: ${they} cannot be told from those of others, and ${are} not deleted.`;
}

function describeForeign(foreign: readonly ForeignDevice[]): string {
  const [stay, are] = foreign.length === 1 ? ["stays", "it is"] : ["stay", "they are"];
  return `${formatCount(foreign.length)} ${stay}, for ${are} not what the list said: ${reasonsOf(foreign)}.`;
}

/** By reason, with names. */
function reasonsOf(foreign: readonly ForeignDevice[]): string {
  const byReason = Map.groupBy(foreign, ({ why }) => why);
  return [...byReason]
    .map(([why, devices]) => `${namesOf(devices.map(({ name }) => name))} (${FOREIGN_REASONS[why]})`)
    .join("; ");
}

function namesOf(names: readonly string[]): string {
  return `${names.slice(0, EXAMPLES).map(printable).join(", ")}${names.length > EXAMPLES ? ", …" : ""}`;
}

function describeRemoval(profile: ServerProfile, removal: ProfileEnd): string {
  const name = printable(profile.name);
  switch (removal.end) {
    case "deleted":
      return `The profile ${name}, which setup made, is deleted.`;
    case "gone":
      return `The profile ${name} was gone already.`;
    case "in-use":
      return staysFor(profile, removal.devices);
    case "foreign":
      return `The profile ${name} stays, for it is not the one that setup made: ${removal.why}.`;
  }
}

function staysFor({ name }: ServerProfile, count: number): string {
  return `The profile ${printable(name)}, which setup made, stays: there ${count === 1 ? "is" : "are"} ${quantity(count, "device")} in it.`;
}
