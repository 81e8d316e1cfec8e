import { setup } from "../../runs/server/setup.ts";
import { adminOptions } from "./admin-options.ts";
import {
  type AddCommand,
  resultsOption,
  placeOptions,
  scenarioPositional,
  shorteningOf,
  shortenOptions,
} from "./command.ts";
import { generateOption } from "./generate-option.ts";
import { settleOption } from "./settle-option.ts";
import { yesOption } from "./yes-option.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "setup <scenario>",
    "make the scenario's device profile on the server, and the devices that must exist before; what is there is checked, never changed",
    (command) =>
      yesOption(
        generateOption(
          settleOption(adminOptions(resultsOption(shortenOptions(placeOptions(scenarioPositional(command)))))),
        ),
      ).example(
        "$0 setup scenario.yaml --admin-url http://tb:8080 --admin-user tenant@example.com --generate",
        "with a key and a secret of its own",
      ),
    (args) => start(() => setup(world, { ...args, ...shorteningOf(args) })),
  );
};
