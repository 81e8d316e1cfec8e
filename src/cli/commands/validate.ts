import { validate } from "../../runs/aim/validate.ts";
import { type AddCommand, resultsOption, scenarioOptions, shorteningOf, shortenOptions } from "./command.ts";

export const add: AddCommand = (program, world, exit) => {
  program.command(
    "validate <scenario>",
    "check a scenario and print the plan it makes, secrets redacted",
    (command) => resultsOption(shortenOptions(scenarioOptions(command))),
    async (args) => exit(await validate(world, { ...args, ...shorteningOf(args) })),
  );
};
