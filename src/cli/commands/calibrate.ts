import { calibrate } from "../../runs/calibration/calibrate.ts";
import { busOptions } from "./bus-options.ts";
import {
  type AddCommand,
  resultsOption,
  generatorsOption,
  scenarioPositional,
  shorteningOf,
  shortenOptions,
} from "./command.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "calibrate <scenario>",
    "measure this machine's own floor: the same plan against a responder that answers at once",
    (command) =>
      busOptions(resultsOption(shortenOptions(generatorsOption(scenarioPositional(command)))))
        .option("keep-run", {
          type: "boolean",
          default: false,
          describe: "keep the folder of the run that it was measured with",
        })
        .example("$0 calibrate scenario.yaml", "once for a scenario on a machine; runs show it from then on")
        .example(
          "$0 calibrate peak.yaml --bus nats://10.0.0.5:4222 --workers 8",
          "each worker against a responder beside it",
        ),
    (args) => start(() => calibrate(world, { ...args, ...shorteningOf(args) })),
  );
};
