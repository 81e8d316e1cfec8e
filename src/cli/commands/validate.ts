import { validate } from "../../runs/aim/validate.ts";
import { type AddCommand, resultsOption, scenarioOptions, shorteningOf, shortenOptions } from "./command.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "validate <scenario>",
    "check a scenario and print the plan it makes, secrets redacted",
    (command) =>
      resultsOption(shortenOptions(scenarioOptions(command)))
        .example("$0 validate scenario.yaml", "without its secrets, too")
        .example("$0 validate scenario.yaml --scale 0.1", "what a tenth of it would be"),
    (args) => start(() => validate(world, { ...args, ...shorteningOf(args) })),
  );
};
