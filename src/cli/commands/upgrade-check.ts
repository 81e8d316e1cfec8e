import { RUNS_TO_DECIDE } from "../../compare/compare.ts";
import { UPGRADE_FORMATS, upgradeCheck } from "../../runs/upgrade/upgrade-check.ts";
import { adminOptions } from "./admin-options.ts";
import { formatOptions } from "./format-options.ts";
import { type AddCommand, resultsOption, scenarioOptions } from "./command.ts";
import { settleOption } from "./settle-option.ts";
import { yesOption } from "./yes-option.ts";
import { seconds } from "../numbers.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "upgrade-check <stage> <scenario>",
    "before and after the upgrade of a server: do the old devices still connect, what changed, did it get slower?",
    (command) =>
      yesOption(formatOptions(settleOption(adminOptions(resultsOption(scenarioOptions(command)))), UPGRADE_FORMATS))
        .positional("stage", {
          choices: ["before", "after"] as const,
          demandOption: true,
          describe: "which half: before or after the upgrade",
        })
        .positional("scenario", {
          type: "string",
          demandOption: true,
          describe: "before: the scenario's YAML file; after: the folder that `before` printed",
        })
        .option("times", {
          type: "number",
          default: 6,
          describe: `before: runs of each half; ${RUNS_TO_DECIDE} or more can tell`,
        })
        .option("cool-down", seconds("5s", "time between two runs: 5s, 1m"))
        .option("resume", { type: "string", describe: "before: folder of one that was interrupted" })
        .option("setup", {
          type: "boolean",
          describe: "before each run make the profile and the devices that must exist, as `rollcall setup` does",
        })
        .option("mqtt", {
          type: "string",
          describe: "where MQTT is, to try its rules for a scenario over HTTP or CoAP, e.g. mqtt://host:1883",
        })
        .option("coap", { type: "string", describe: "where CoAP is, to try its rules too, e.g. coap://host:5683" })
        .example("$0 upgrade-check before scenario.yaml", "then upgrade the server, then:")
        .example("$0 upgrade-check after results/upgrade-…", "with the same options"),
    (args) => start(() => upgradeCheck(world, args)),
  );
};
