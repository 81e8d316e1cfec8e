import { EXIT } from "../../model/error.ts";
import { printable } from "../../model/text-width.ts";
import { writeResult } from "../../record/run-folder.ts";
import { adminOptions, withReconciled } from "../administration.ts";
import { print, warn } from "../output.ts";
import { type AddCommand, resultsOption, runPositional } from "./command.ts";

const NAMES_SHOWN = 20;

export const add: AddCommand = (program, exit) => {
  program.command(
    "reconcile <run>",
    "ask the server which devices of a run it has: ghosts, and those told but missing",
    (command) => adminOptions(resultsOption(runPositional(command))),
    async (args) => {
      await withReconciled(args, async ({ folder, server, profile, found }) => {
        const { told, ghosts, foreign, wrongGateway, unnamed, onServer } = found;
        const result = { version: 1, server, profile, onServer, told, ghosts, foreign, wrongGateway, unnamed };
        await print(
          `ThingsBoard ${server.edition} ${server.version}, profile ${printable(profile.name)}: ${onServer} devices`,
        );
        await print(`  created and told    ${told.present}`);
        await print(`  ghosts, never told  ${ghosts.length}${listed(ghosts.map(({ name }) => name))}`);
        await print(`  told but missing    ${told.missing.length}${listed(told.missing)}`);
        await print(`  not of this run     ${foreign.length}${listed(foreign.map(({ name }) => name))}`);
        await print(`  wrong gateway flag  ${wrongGateway.length}${listed(wrongGateway)}`);
        await print(`  not checked         credentials; ${unnamed} devices that left their name to the server`);
        await writeResult(folder, "reconcile.json", `${JSON.stringify(result, undefined, 2)}\n`);
        warn(`Saved: ${folder}/reconcile.json`);
        exit(told.missing.length > 0 || wrongGateway.length > 0 ? EXIT.rollCall : EXIT.pass);
      });
    },
  );
};

function listed(names: readonly string[]): string {
  if (names.length === 0) return "";
  const shown = names.slice(0, NAMES_SHOWN).map(printable).join(", ");
  return `: ${shown}${names.length > NAMES_SHOWN ? ", …" : ""}`;
}
