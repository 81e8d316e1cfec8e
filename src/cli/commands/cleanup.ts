import { dirname } from "node:path";
import type { ServerDevice, ServerProfile } from "../../model/administration.ts";
import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import { printable } from "../../model/text-width.ts";
import { createClock } from "../../generator/clock.ts";
import { deleteDevices } from "../../operations/delete-devices.ts";
import { type Reconciliation, reconcile } from "../../operations/reconcile.ts";
import { readSetupRecord, type SetupRecord } from "../../record/setup-record.ts";
import { adminOptions, withReconciled } from "../administration.ts";
import { monotonic } from "../monotonic.ts";
import { print } from "../output.ts";
import { createProgress } from "../progress.ts";
import { findRun, readPlan } from "../run-folder.ts";
import { type AddCommand, resultsOption, runPositional } from "./command.ts";

const EXAMPLES = 3;
const CONCURRENCY = 8;

export const add: AddCommand = (program, exit) => {
  program.command(
    "cleanup <run>",
    "delete the devices that a run made, its ghosts, and what setup made for it, from the server; without --yes only say which",
    (command) =>
      adminOptions(resultsOption(runPositional(command)))
        .option("yes", { type: "boolean", default: false, describe: "do it" })
        .option("rate", { type: "number", describe: "deletions a second; default: as fast as 8 at once are" }),
    async (args) => {
      const rate = rateOf(args.rate);
      const folder = await findRun(args.run, args.out);
      const setup = await readSetupRecord(dirname(folder));
      try {
        exit(
          await withReconciled({ ...args, credentials: 0 }, (...reconciled) =>
            cleanUp(reconciled, setup, { yes: args.yes, rate }),
          ),
        );
      } catch (error) {
        const { key, chain } = (await readPlan(folder)).provisioning;
        const gone =
          error instanceof RollcallError &&
          error.code === "no-profile" &&
          setup.profileMade(chain?.profileKeys ?? [key]);
        if (gone === false || gone === undefined) throw error;
        await print(
          `Nothing is left: the profile ${printable(gone.name)}, which setup made, is gone, and all that was in it.`,
        );
        exit(EXIT.pass);
      }
    },
  );
};

interface Wish {
  readonly yes: boolean;
  readonly rate: number | undefined;
}

type Use = Parameters<Parameters<typeof withReconciled>[1]>;

async function cleanUp(
  [{ profile, record, found }, admin, stop]: Use,
  setup: SetupRecord,
  { yes, rate }: Wish,
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
  await print(`${devices(left)} of this run left; the profile has ${devices(after.onServer - left)} of others.`);
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
  const whose = prepared.length > 0 ? "that setup made for this run" : "of this run";
  const examples = own.slice(0, EXAMPLES).map((device) => printable(device.name));
  return [
    `${devices(own.length)} ${whose} in profile ${printable(name)}`,
    ghosts === 0 ? "" : `, ${ghosts} of them ghosts`,
    own.length === 0 ? "" : `: ${examples.join(", ")}${own.length > EXAMPLES ? ", …" : ""}`,
    ".",
    foreign === 0 ? "" : ` ${foreign} with a name of the run were made by others, and stay.`,
  ].join("");
}

function staysFor({ name }: ServerProfile, count: number): string {
  return `The profile ${printable(name)}, which setup made, stays: there ${count === 1 ? "is" : "are"} ${devices(count)} in it.`;
}

function devices(count: number): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? "device" : "devices"}`;
}

function rateOf(rate: number | undefined): number | undefined {
  if (rate === undefined || (Number.isFinite(rate) && rate > 0)) return rate;
  throw new RollcallError(
    "usage",
    `--rate ${rate} is no number of deletions a second.`,
    "Write a number above 0: --rate 20.",
  );
}
