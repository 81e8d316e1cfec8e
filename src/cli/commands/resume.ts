import { resume } from "../../runs/resume/resume.ts";
import { adminOptions } from "./admin-options.ts";
import { busOptions } from "./bus-options.ts";
import { metricsOptions } from "./metrics-options.ts";
import { type AddCommand, fullOption, resultsOption, runPositional } from "./command.ts";
import { settleOption } from "./settle-option.ts";
import { yesOption } from "./yes-option.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "resume <run>",
    "provision what a crashed or stopped run left open, under names that cannot exist yet, as a run of its own",
    (command) =>
      yesOption(
        metricsOptions(fullOption(busOptions(settleOption(adminOptions(resultsOption(runPositional(command))))))),
      )
        .option("host", { type: "string", describe: "where the server is now; default: where it was" })
        .option("port", { type: "number", describe: "port of the server now" })
        .option("secret-file", {
          type: "string",
          array: true,
          nargs: 1,
          default: [] as string[],
          describe: "the provision secret, of a group <group>=<file>; default: from where the run had it",
        })
        .option("max-devices", { type: "number", describe: "limit of devices, instead of the run's maxDevices" })
        .example("$0 resume latest", "with the secret where the run had it")
        .option("quiet", { type: "boolean", default: false, describe: "no progress, only the report" }),
    (args) => start(() => resume(world, args)),
  );
};
