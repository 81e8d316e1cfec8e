import { executeRun } from "../execute-run.ts";
import { aim, aimOptions } from "./aim-options.ts";
import { type AddCommand, resultsOption, scenarioOptions } from "./command.ts";

export const add: AddCommand = (program, exit) => {
  program.command(
    "run <scenario>",
    "provision the scenario's fleet, time every round trip, call the roll",
    (command) =>
      aimOptions(resultsOption(scenarioOptions(command)))
        .option("quiet", { type: "boolean", default: false, describe: "no progress, only the report" })
        .example("$0 run scenarios/quickstart.yaml --simulate", "a first run, no ThingsBoard needed")
        .example("$0 run scenarios/burst-3000.yaml --host tb.example.com", "against yours"),
    async (args) => {
      using aimed = await aim(args);
      exit(await executeRun(aimed, { results: args.out, quiet: args.quiet }));
    },
  );
};
