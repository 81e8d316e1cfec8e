import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { ServerProfile } from "../../model/administration.ts";
import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import type { RecordedPlan } from "../../model/plan.ts";
import { devicesOfProfile } from "../../operations/devices-of-profile.ts";
import { findProfile, profileKeys } from "../../operations/find-profile.ts";
import { reconcile, type RunRecord } from "../../operations/reconcile.ts";
import { readSetupRecord, type SetupRecord } from "../../record/setup-record.ts";
import { printable } from "../../writing/text-width.ts";
import { refuseGroups } from "../aim/refuse-groups.ts";
import { loadScenarioFile, newRunId } from "../aim/load-scenario.ts";
import { readPlan } from "../../record/plan-file.ts";
import { findRun } from "../run/find-run.ts";
import type { World } from "../world.ts";
import { type AdminOptions, openAdministration, untilStopped, withReconciled } from "./administration.ts";
import { cleanUp, type CleanUpWish } from "./delete-own.ts";

export interface CleanUpOptions extends AdminOptions {
  readonly run: string;
  readonly out: string;
  readonly yes: boolean;
  /** Deletions a second. */
  readonly rate: number | undefined;
}

/** Deletes what a run made, or what setup made for a scenario. Throws RollcallError. */
export async function cleanup(world: World, options: CleanUpOptions): Promise<ExitCode> {
  const wish = { yes: options.yes, rate: rateOf(options.rate) };
  const isScenario = /\.ya?ml$/.test(options.run) && (await isFile(options.run));
  return isScenario ? afterSetup(world, options, wish) : afterRun(world, options, wish);
}

async function afterRun(world: World, args: CleanUpOptions, wish: CleanUpWish): Promise<ExitCode> {
  const folder = await findRun(args.run, args.out);
  const setup = await readSetupRecord(dirname(folder));
  try {
    return await withReconciled(world, { ...args, credentials: 0, by: "cleanup" }, (scope, admin, stop) =>
      cleanUp(
        world,
        { ...scope, settled: scope.result.rest?.settled !== false, results: dirname(folder) },
        setup,
        admin,
        wish,
        stop,
      ),
    );
  } catch (error) {
    if (!(error instanceof RollcallError && error.code === "no-profile")) throw error;
    if (await sayGone(world, await readPlan(folder), setup)) return EXIT.pass;
    throw error;
  }
}

/** Where nothing has run yet, and none of what setup made is of a run. */
async function afterSetup(world: World, args: CleanUpOptions, wish: CleanUpWish): Promise<ExitCode> {
  const { plan } = await loadScenarioFile(args.run, [], newRunId(), {
    env: world.variables,
    results: args.out,
  });
  refuseGroups(plan, "cleanup");
  const setup = await readSetupRecord(args.out);
  return untilStopped(world, "Interrupted before the server's devices were all read.", async (stop) => {
    await using admin = openAdministration(world, plan.admin, args);
    const profile = await findProfile(profileKeys(plan.provisioning), admin, stop);
    if (profile === undefined) {
      if (!(await sayGone(world, plan, setup)))
        await world.voice.say("Nothing to do: setup has made nothing for this scenario.");
      return EXIT.pass;
    }
    const record = recordOf(profile, setup);
    const found = await reconcile(record, devicesOfProfile(admin, profile, stop));
    return await cleanUp(
      world,
      { profile, record, found, settled: true, results: args.out, folder: undefined },
      setup,
      admin,
      wish,
      stop,
    );
  });
}

/** That of a run which asked for none of the devices that setup made. */
function recordOf(profile: ServerProfile, setup: SetupRecord): RunRecord {
  const names = new Map<string, "not-made">();
  for (const { name } of setup.madeDevices(profile.id).values()) names.set(name, "not-made");
  return {
    names,
    unnamed: 0,
    from: 0,
    to: 0,
    seenBefore: undefined,
    gateway: false,
    strategy: "pre-provisioned",
  };
}

/** False: setup made no such profile. */
async function sayGone({ voice }: World, { provisioning }: RecordedPlan, setup: SetupRecord): Promise<boolean> {
  const gone = setup.profileMade(profileKeys(provisioning));
  if (gone === undefined) return false;
  const name = printable(gone.name);
  await voice.say(`Nothing is left: the profile ${name}, which setup made, is gone, and all that was in it.`);
  return true;
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function rateOf(rate: number | undefined): number | undefined {
  if (rate === undefined || (Number.isFinite(rate) && rate > 0)) return rate;
  throw new RollcallError(
    "usage",
    `--rate ${rate} is no number of deletions a second.`,
    "Write a number above 0: --rate 20.",
  );
}
