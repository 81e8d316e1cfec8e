import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { ServerProfile } from "../../model/administration.ts";
import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import type { Plan } from "../../model/plan.ts";
import { printable } from "../../writing/text-width.ts";
import { devicesOfProfile } from "../../operations/devices-of-profile.ts";
import { findProfile, profileKeys } from "../../operations/find-profile.ts";
import { reconcile, type RunRecord } from "../../operations/reconcile.ts";
import { readSetupRecord, type SetupRecord } from "../../record/setup-record.ts";
import {
  type AdminOptions,
  openAdministration,
  untilStopped,
  withReconciled,
} from "../../runs/server/administration.ts";
import { cleanUp, type CleanUpWish } from "../../runs/server/delete-own.ts";
import { loadScenarioFile, newRunId } from "../../runs/aim/load-scenario.ts";
import { print } from "../output.ts";
import { findRun, readPlan } from "../../runs/run/run-folder.ts";
import { adminOptions } from "./admin-options.ts";
import { type AddCommand, resultsOption } from "./command.ts";

export const add: AddCommand = (program, exit) => {
  program.command(
    "cleanup <run>",
    "delete the devices that a run made, its ghosts, and what setup made for it, from the server; without --yes only say which",
    (command) =>
      adminOptions(resultsOption(command))
        .positional("run", {
          type: "string",
          demandOption: true,
          describe: 'a run\'s folder, its name or short id, or "latest"; or a scenario: all that setup made for it',
        })
        .option("yes", { type: "boolean", default: false, describe: "do it" })
        .option("rate", { type: "number", describe: "deletions a second; default: as fast as 8 at once are" }),
    async (args) => {
      const wish = { yes: args.yes, rate: rateOf(args.rate) };
      exit(
        await (/\.ya?ml$/.test(args.run) && (await isFile(args.run)) ? afterSetup(args, wish) : afterRun(args, wish)),
      );
    },
  );
};

interface CleanUpArguments extends AdminOptions {
  readonly run: string;
  readonly out: string;
}

async function afterRun(args: CleanUpArguments, wish: CleanUpWish): Promise<ExitCode> {
  const folder = await findRun(args.run, args.out);
  const setup = await readSetupRecord(dirname(folder));
  try {
    return await withReconciled({ ...args, credentials: 0 }, (scope, admin, stop) =>
      cleanUp(scope, setup, admin, wish, stop),
    );
  } catch (error) {
    if (!(error instanceof RollcallError && error.code === "no-profile")) throw error;
    if (await sayGone(await readPlan(folder), setup)) return EXIT.pass;
    throw error;
  }
}

/** Where nothing has run yet, and none of what setup made is of a run. */
async function afterSetup(args: CleanUpArguments, wish: CleanUpWish): Promise<ExitCode> {
  const { plan } = await loadScenarioFile(args.run, [], newRunId(), { results: args.out });
  const setup = await readSetupRecord(args.out);
  return untilStopped("Interrupted before the server's devices were all read.", async (stop) => {
    await using admin = openAdministration(plan.admin, args);
    const profile = await findProfile(profileKeys(plan.provisioning), admin, stop);
    if (profile === undefined) {
      if (!(await sayGone(plan, setup))) await print("Nothing to do: setup has made nothing for this scenario.");
      return EXIT.pass;
    }
    const record = recordOf(profile, setup);
    const found = await reconcile(record, devicesOfProfile(admin, profile, stop));
    return await cleanUp({ profile, record, found }, setup, admin, wish, stop);
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
async function sayGone({ provisioning }: Plan, setup: SetupRecord): Promise<boolean> {
  const gone = setup.profileMade(profileKeys(provisioning));
  if (gone === undefined) return false;
  const name = printable(gone.name);
  await print(`Nothing is left: the profile ${name}, which setup made, is gone, and all that was in it.`);
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
