import { openAdministration, untilStopped } from "../../runs/server/administration.ts";
import { executeRun } from "../../runs/run/execute-run.ts";
import { warn } from "../output.ts";
import { SETUP_INTERRUPTED, setUp } from "../../runs/server/prepare-server.ts";
import { aim, aimOptions } from "./aim-options.ts";
import { type AddCommand, resultsOption, scenarioOptions } from "./command.ts";
import { generateOption, provideSecrets } from "./setup.ts";

export const add: AddCommand = (program, exit) => {
  program.command(
    "run <scenario>",
    "provision the scenario's fleet, time every round trip, call the roll",
    (command) =>
      generateOption(aimOptions(resultsOption(scenarioOptions(command))))
        .option("setup", {
          type: "boolean",
          describe: "make the device profile and the devices that must exist first, as `rollcall setup` does",
        })
        .conflicts("simulate", ["setup", "generate"])
        .implies("generate", "setup")
        .option("quiet", { type: "boolean", default: false, describe: "no progress, only the report" })
        .example("$0 run scenarios/quickstart.yaml --simulate", "a first run, no ThingsBoard needed")
        .example("$0 run scenarios/burst-3000.yaml --host tb.example.com", "against yours"),
    async (args) => {
      if (args.setup === true) await untilStopped(SETUP_INTERRUPTED, (stop) => provideSecrets(args, stop));
      using aimed = await aim(args);
      if (args.setup === true) {
        await untilStopped(SETUP_INTERRUPTED, async (stop) => {
          await using admin = openAdministration(aimed.plan.admin, args);
          const { lines } = await setUp(aimed.plan, admin, args.out, stop);
          for (const line of lines) warn(line);
        });
      }
      exit(await executeRun(aimed, { results: args.out, quiet: args.quiet }));
    },
  );
};
