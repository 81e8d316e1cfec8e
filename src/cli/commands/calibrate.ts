import { calibrate } from "../../runs/machine/calibrate.ts";
import { type AddCommand, resultsOption, scenarioOptions, shorteningOf, shortenOptions } from "./command.ts";

export const add: AddCommand = (program, world, exit) => {
  program.command(
    "calibrate <scenario>",
    "measure this machine's own floor: the same plan against a responder that answers at once",
    (command) =>
      resultsOption(shortenOptions(scenarioOptions(command))).option("keep-run", {
        type: "boolean",
        default: false,
        describe: "keep the folder of the run that it was measured with",
      }),
    async (args) => exit(await calibrate(world, { ...args, ...shorteningOf(args) })),
  );
};
