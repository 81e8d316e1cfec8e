import type { Administration, ServerDevice, ServerProfile } from "../../model/administration.ts";
import { EXIT, type ExitCode } from "../../model/error.ts";
import { printable } from "../../writing/text-width.ts";
import { createClock } from "../../generator/clock.ts";
import { deleteDevices } from "../../operations/delete-devices.ts";
import { type Reconciliation, reconcile, type RunRecord } from "../../operations/reconcile.ts";
import type { SetupRecord } from "../../record/setup-record.ts";
import { quantity } from "../../writing/quantities.ts";
import { monotonic } from "../../processes/monotonic.ts";
import { print } from "../../cli/output.ts";
import { createProgress } from "../../cli/progress.ts";

const EXAMPLES = 3;
const CONCURRENCY = 8;

export interface CleanUpWish {
  readonly yes: boolean;
  readonly rate: number | undefined;
}

/** Whose devices they are, and what was found of them. */
export interface CleanUpScope {
  readonly profile: ServerProfile;
  readonly record: RunRecord;
  readonly found: Reconciliation;
}

/** Says what goes, and with `yes` deletes it, then the profile if setup made it and nothing is left in it. */
export async function cleanUp(
  { profile, record, found }: CleanUpScope,
  setup: SetupRecord,
  admin: Administration,
  { yes, rate }: CleanUpWish,
  stop: AbortSignal,
): Promise<ExitCode> {
  const before = ownOf(found, setup);
  const own = [...before.made, ...before.prepared];
  await print(describe(profile, before));
  const made = setup.madeProfile(profile);
  if (own.length === 0 && (!made || found.onServer > 0)) {
    if (made) await print(staysFor(profile, found.onServer));
    return EXIT.pass;
  }
  if (!yes) {
    if (made) await print("The profile, which setup made, goes too, if no device is left in it.");
    await print("Nothing was deleted: say --yes to do it.");
    return EXIT.pass;
  }
  const pace = {
    concurrency: CONCURRENCY,
    rate,
    clock: createClock(monotonic(), monotonic),
    onProgress: createProgress("deleted"),
  };
  const { deleted, gone, error } = await deleteDevices(admin, own, pace, stop);
  await print(`Deleted ${deleted}${gone === 0 ? "" : `, ${gone} were gone already`}.`);
  if (stop.aborted) {
    await print(
      `${own.length - deleted - gone} are left. Interrupted: the same command goes on where this one stopped.`,
    );
    return EXIT.interrupted;
  }
  if (error !== undefined) throw error;

  const after = await reconcile(record, admin.devicesOf(profile, stop));
  const rest = ownOf(after, setup);
  const left = rest.made.length + rest.prepared.length;
  await print(
    `${quantity(left, "device")} of these left; the profile has ${quantity(after.onServer - left, "device")} of others.`,
  );
  if (made) await print(await removeProfile());
  return left === 0 ? EXIT.pass : EXIT.rollCall;

  async function removeProfile(): Promise<string> {
    if (after.onServer > 0) return staysFor(profile, after.onServer);
    switch (await admin.deleteProfile(profile.id, stop)) {
      case "deleted":
        return `The profile ${printable(profile.name)}, which setup made, is deleted.`;
      case "gone":
        return `The profile ${printable(profile.name)} was gone already.`;
      case "in-use":
        return staysFor(profile, 1);
    }
  }
}

interface Own {
  /** By the run. */
  readonly made: readonly ServerDevice[];
  readonly ghosts: number;
  /** By setup, for the run. */
  readonly prepared: readonly ServerDevice[];
  /** Bear a name of the run, and neither made them. */
  readonly foreign: number;
}

function ownOf({ made, ghosts, bearers }: Reconciliation, setup: SetupRecord): Own {
  const byRun = new Set(made);
  const prepared = bearers.filter((device) => !byRun.has(device) && setup.madeDevice(device));
  return { made, ghosts: ghosts.length, prepared, foreign: bearers.length - made.length - prepared.length };
}

function describe({ name }: ServerProfile, { made, ghosts, prepared, foreign }: Own): string {
  const own = [...made, ...prepared];
  const whose = prepared.length > 0 ? "that setup made" : "of this run";
  const examples = own.slice(0, EXAMPLES).map((device) => printable(device.name));
  return [
    `${quantity(own.length, "device")} ${whose} in profile ${printable(name)}`,
    ghosts === 0 ? "" : `, ${ghosts} of them ghosts`,
    own.length === 0 ? "" : `: ${examples.join(", ")}${own.length > EXAMPLES ? ", …" : ""}`,
    ".",
    foreign === 0 ? "" : ` ${foreign} with a name of the run were made by others, and stay.`,
  ].join("");
}

function staysFor({ name }: ServerProfile, count: number): string {
  return `The profile ${printable(name)}, which setup made, stays: there ${count === 1 ? "is" : "are"} ${quantity(count, "device")} in it.`;
}
