import { run } from "../../runs/run/run.ts";
import { aimOptions } from "./aim-options.ts";
import { busOptions } from "./bus-options.ts";
import { reportOptions } from "./report-options.ts";
import { type AddCommand, fullOption, resultsOption, scenarioOptions } from "./command.ts";
import { generateOption } from "./generate-option.ts";
import { yesOption } from "./yes-option.ts";

export const add: AddCommand = (program, world, exit) => {
  program.command(
    "run <scenario>",
    "provision the scenario's fleet, time every round trip, call the roll",
    (command) =>
      yesOption(
        generateOption(fullOption(busOptions(reportOptions(aimOptions(resultsOption(scenarioOptions(command))))))),
      )
        .option("setup", {
          type: "boolean",
          describe: "make the device profile and the devices that must exist first, as `rollcall setup` does",
        })
        .conflicts("simulate", ["setup", "generate"])
        .implies("generate", "setup")
        .option("quiet", { type: "boolean", default: false, describe: "no progress, only the report" })
        .example("$0 run scenarios/quickstart.yaml --simulate", "a first run, no ThingsBoard needed")
        .example(
          "$0 run scenarios/quickstart.yaml --simulate --html --junit -o out/",
          "a page and a file for CI at the end",
        )
        .example("$0 run scenarios/burst-3000.yaml --host tb.example.com", "against yours")
        .example("$0 run peak.yaml --bus nats://10.0.0.5:4222 --workers 8", "from eight machines"),
    async (args) => exit(await run(world, args)),
  );
};
