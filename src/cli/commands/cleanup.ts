import { EXIT, RollcallError } from "../../model/error.ts";
import type { Strategy } from "../../model/plan.ts";
import { printable } from "../../model/text-width.ts";
import { deleteDevices } from "../../operations/delete-devices.ts";
import { reconcile } from "../../operations/reconcile.ts";
import { adminOptions, withReconciled } from "../administration.ts";
import { print } from "../output.ts";
import { type AddCommand, resultsOption, runPositional } from "./command.ts";

const EXAMPLES = 3;
const CONCURRENCY = 8;

/** Under these a device that was not there is made. */
const MAKES: readonly Strategy[] = ["allow-create", "x509-chain"];

export const add: AddCommand = (program, exit) => {
  program.command(
    "cleanup <run>",
    "delete the devices that a run made, and its ghosts, from the server; without --yes only say which",
    (command) =>
      adminOptions(resultsOption(runPositional(command))).option("yes", {
        type: "boolean",
        default: false,
        describe: "do it",
      }),
    async (args) => {
      await withReconciled({ ...args, credentials: 0 }, async ({ plan, profile, record, found }, admin, stop) => {
        if (!MAKES.includes(plan.provisioning.strategy)) throw notMade(plan.provisioning.strategy);
        const { present, ghosts, foreign } = found;
        const own = [...present, ...ghosts];
        const examples = own.slice(0, EXAMPLES).map(({ name }) => printable(name));
        const more = own.length > EXAMPLES ? ", …" : "";
        const kept =
          foreign.length === 0 ? "" : ` ${foreign.length} with a name of the run were not made by it, and stay.`;
        await print(
          `${own.length} devices of this run in profile ${printable(profile.name)}, ${ghosts.length} of them ghosts` +
            `${own.length === 0 ? "" : `: ${examples.join(", ")}${more}`}.${kept}`,
        );
        if (own.length === 0 || !args.yes) {
          if (own.length > 0) await print("Nothing was deleted: say --yes to do it.");
          return exit(EXIT.pass);
        }
        const { deleted, gone, error } = await deleteDevices(admin, own, CONCURRENCY, stop);
        await print(`Deleted ${deleted}${gone === 0 ? "" : `, ${gone} were gone already`}.`);
        if (stop.aborted) {
          await print("Interrupted: the same command goes on where this one stopped.");
          return exit(EXIT.interrupted);
        }
        if (error !== undefined) throw error;
        const after = await reconcile(record, admin.devicesOf(profile, stop));
        const left = after.present.length + after.ghosts.length;
        await print(`${left} devices of this run are left; the profile has ${after.onServer} devices of others.`);
        exit(left === 0 ? EXIT.pass : EXIT.rollCall);
      });
    },
  );
};

function notMade(strategy: string): RollcallError {
  return new RollcallError(
    "not-made-by-run",
    `The devices of a run with the strategy ${strategy} existed before it: cleanup deletes only what a run made.`,
    "Delete them where they were made.",
  );
}
