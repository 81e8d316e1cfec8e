import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { ServerProfile } from "../../model/administration.ts";
import type { BackgroundPlan } from "../../model/background.ts";
import { EXIT, type ExitCode, RollcallError, worstExitCode } from "../../model/error.ts";
import type { RecordedPlan } from "../../model/plan.ts";
import { devicesOfProfile } from "../../operations/devices-of-profile.ts";
import { reconcile, type RunRecord } from "../../operations/reconcile.ts";
import { readSetupRecord, type SetupRecord } from "../../record/setup-record.ts";
import { printable } from "../../writing/text-width.ts";
import { loadScenarioFile, newRunId } from "../aim/load-scenario.ts";
import { readPlan } from "../../record/plan-file.ts";
import { findRun, isRun } from "../results/find-run.ts";
import { backgroundName } from "../run/make-background.ts";
import type { World } from "../world.ts";
import { type AdminOptions, untilStopped } from "../server/administration.ts";
import { cleanUp, type CleanUpScope, type CleanUpWish } from "./delete-own.ts";
import { withReconciled } from "../reconcile/look-at-run.ts";
import { type FoundProfile, isFound, lookUpProfiles, runProfiles } from "../server/run-profiles.ts";
import { openTenants, tenantsOf, warnOfAnyCertificate } from "../server/tenants.ts";

export interface CleanUpOptions extends AdminOptions {
  readonly run: string;
  readonly out: string;
  readonly yes: boolean;
  /** Deletions a second. */
  readonly rate: number | undefined;
}

/** Deletes what a run made, or what setup made for a scenario. Throws RollcallError. */
export async function cleanup(world: World, options: CleanUpOptions): Promise<ExitCode> {
  const wish = { yes: options.yes, rate: options.rate };
  const isScenario = /\.ya?ml$/.test(options.run) && (await isFile(options.run));
  if (isScenario) return afterSetup(world, options, wish);
  const code = await afterRun(world, options, wish);
  if (code === EXIT.interrupted) return code;
  const folder = await findRun(options.run, options.out);
  const { background, name } = await readPlan(folder);
  if (background?.made !== true) return code;
  const its = await folderOfMade(folder, background, name);
  if (its === undefined) {
    world.voice.warn(
      `The background of this run stays: the folder of run ${background.run}, which made it, is neither ${background.folder} nor beside this run's.`,
    );
    return code;
  }
  await world.voice.say(`The background of this run, made first by run ${background.run}:`);
  const own = afterRun(world, { ...options, run: its }, wish);
  return worstExitCode([code, await (options.yes ? own.catch(afterDeleting) : own)]);
}

/** Where the run that made a background is now; undefined: nowhere. Only one that says itself that it is that run. */
async function folderOfMade(
  folder: string,
  { folder: asMade, run }: BackgroundPlan,
  name: string,
): Promise<string | undefined> {
  for (const each of [asMade, join(dirname(folder), basename(asMade))]) {
    if (!(await isRun(each))) continue;
    const its = await readPlan(each);
    if (its.runId === run && its.name === backgroundName(name)) return each;
  }
  return undefined;
}

async function afterRun(world: World, args: CleanUpOptions, wish: CleanUpWish): Promise<ExitCode> {
  const folder = await findRun(args.run, args.out);
  const setup = await readSetupRecord(dirname(folder));
  try {
    const isGone = (keys: readonly string[]): boolean => setup.profileMade(keys) !== undefined;
    const asked = { ...args, credentials: 0, values: 0, by: "cleanup", isGone } as const;
    return await withReconciled(world, asked, async ({ parts, result }, stop) => {
      const common = { settled: result.rest?.settled !== false, results: dirname(folder), folder };
      return eachOf(parts, (part) => cleanUp(world, { ...part, ...common }, setup, part.admin, wish, stop));
    });
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
  const setup = await readSetupRecord(args.out);
  return untilStopped(world, "Interrupted before the server's devices were all read.", async (stop) => {
    const access = await tenantsOf(plan, args, world.variables);
    warnOfAnyCertificate(world, access);
    await using tenants = openTenants(world, access);
    const profiles = await lookUpProfiles(plan, tenants, stop);
    const there = profiles.filter(isFound);
    if (there.length === 0) {
      if (!(await sayGone(world, plan, setup)))
        await world.voice.say("Nothing to do: setup has made nothing for this scenario.");
      return EXIT.pass;
    }
    const parts: CleanUpPart[] = [];
    for (const { admin, profile } of there) {
      const record = recordOf(profile, setup);
      parts.push({ admin, profile, record, found: await reconcile(record, devicesOfProfile(admin, profile, stop)) });
    }
    const common = { settled: true, results: args.out, folder: undefined };
    return await eachOf(parts, (part) => cleanUp(world, { ...part, ...common }, setup, part.admin, wish, stop));
  });
}

type CleanUpPart = Pick<CleanUpScope, "profile" | "record" | "found"> & Pick<FoundProfile, "admin">;

/** One profile after the other, which asks for nothing before it deletes; what went wrong with one is the end of it. Those that are gone have nothing left. */
async function eachOf(
  parts: readonly (Omit<CleanUpPart, "profile"> & { readonly profile: ServerProfile | undefined })[],
  clean: (part: CleanUpPart) => Promise<ExitCode>,
): Promise<ExitCode> {
  let worst: ExitCode = EXIT.pass;
  for (const { profile, ...part } of parts) {
    if (profile === undefined) continue;
    const code = await clean({ ...part, profile }).catch(afterDeleting);
    if (code === EXIT.interrupted) return code;
    worst = worstExitCode([worst, code]);
  }
  return worst;
}

/** What goes wrong when something may have been deleted does not end as if nothing had been sent. */
function afterDeleting(error: unknown): never {
  throw error instanceof RollcallError && error.exitCode === EXIT.usage
    ? new RollcallError(error.code, error.message, error.hint, EXIT.rollCall, error)
    : error;
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
async function sayGone({ voice }: World, plan: RecordedPlan, setup: SetupRecord): Promise<boolean> {
  const gone = runProfiles(plan).map(({ keys }) => setup.profileMade(keys));
  if (gone.includes(undefined)) return false;
  for (const each of gone) {
    const name = printable(each?.name ?? "");
    await voice.say(`Nothing is left: the profile ${name}, which setup made, is gone, and all that was in it.`);
  }
  return true;
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
