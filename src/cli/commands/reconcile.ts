import { reconcileAgain } from "../../runs/reconcile/reconcile.ts";
import { CREDENTIALS_LOOKED_AT } from "../../runs/reconcile/reconcile-run.ts";
import { adminOptions } from "./admin-options.ts";
import { type AddCommand, resultsOption, runPositional } from "./command.ts";
import { settleOption } from "./settle-option.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "reconcile <run>",
    "ask the server which devices of a run it has: ghosts, and those told but missing",
    (command) =>
      settleOption(adminOptions(resultsOption(runPositional(command))))
        .option("credentials", {
          type: "string",
          default: String(CREDENTIALS_LOOKED_AT),
          describe: 'of how many devices to compare the credentials, one call each; or "all"',
        })
        .example(
          "$0 reconcile latest --admin-url http://tb:8080 --admin-user tenant@example.com",
          "after a run without one",
        ),
    (args) => start(() => reconcileAgain(world, args)),
  );
};
