import { EXIT } from "../../model/error.ts";
import { describePlan } from "../../scenario/describe.ts";
import { loadScenarioFile, newRunId, overridesOf } from "../../runs/aim/load-scenario.ts";
import { print, warn } from "../output.ts";
import { type AddCommand, resultsOption, scenarioOptions } from "./command.ts";

export const add: AddCommand = (program, exit) => {
  program.command(
    "validate <scenario>",
    "check a scenario and print the plan it makes, secrets redacted",
    (command) => resultsOption(scenarioOptions(command)),
    async (args) => {
      const { plan, warnings } = await loadScenarioFile(args.scenario, overridesOf(args), newRunId(), {
        results: args.out,
      });
      for (const warning of warnings) warn(`warning: ${warning}`);
      await print(describePlan(plan));
      exit(EXIT.pass);
    },
  );
};
