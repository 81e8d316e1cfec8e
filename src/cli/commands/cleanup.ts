import { cleanConformance } from "../../runs/conformance/clean-conformance.ts";
import { cleanup } from "../../runs/cleanup/cleanup.ts";
import { adminOptions } from "./admin-options.ts";
import { type AddCommand, resultsOption } from "./command.ts";
import { settleOption } from "./settle-option.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "cleanup <run>",
    "delete the devices that a run made, its ghosts, and what setup made for it, from the server; without --yes only say which",
    (command) =>
      settleOption(adminOptions(resultsOption(command)))
        .positional("run", {
          type: "string",
          demandOption: true,
          describe:
            'a run\'s folder, its name or short id, or "latest"; or a scenario: all that setup made for it; or "conformance": what one left that was killed',
        })
        .option("yes", {
          type: "boolean",
          default: false,
          describe: "delete; without it cleanup only says what it would delete",
        })
        .option("rate", { type: "number", describe: "deletions a second; default: as fast as 8 at once are" })
        .example("$0 cleanup latest --admin-url http://tb:8080 --admin-user tenant@example.com", "only says which")
        .example(
          "$0 cleanup latest --admin-url http://tb:8080 --admin-user tenant@example.com --yes --rate 20",
          "does it",
        ),
    (args) => {
      start(() => (args.run === "conformance" ? cleanConformance(world, args) : cleanup(world, args)));
    },
  );
};
