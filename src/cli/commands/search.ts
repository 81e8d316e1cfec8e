import { search, SEARCH_FORMATS } from "../../runs/series/search.ts";
import { aimOptions } from "./aim-options.ts";
import { busOptions } from "./bus-options.ts";
import { metricsOptions } from "./metrics-options.ts";
import { reportOptions } from "./report-options.ts";
import { type AddCommand, resultsOption, scenarioOptions } from "./command.ts";
import { watchOptions } from "./watch-options.ts";
import { yesOption } from "./yes-option.ts";
import { seconds } from "../numbers.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "search <scenario>",
    "find the highest rate that the target keeps up with, as a pair of bounds",
    (command) =>
      yesOption(
        metricsOptions(busOptions(reportOptions(watchOptions(aimOptions(resultsOption(scenarioOptions(command))))))),
      )
        .option("start", { type: "number", default: 20, describe: "first rate tried, devices a second" })
        .option("lowest", { type: "number", default: 1, describe: "no rate below it is tried" })
        .option("highest", { type: "number", default: 2_000, describe: "no rate above it is tried" })
        .option("resolution", { type: "number", default: 0.05, describe: "how close the bounds must be, as a share" })
        .option("confirmations", {
          type: "number",
          default: 2,
          describe: "trials by which each bound must be confirmed",
        })
        .option("duration", seconds("20s", "length of a trial: 20s, 2m"))
        .option("warm-up", { type: "number", default: 0, describe: "devices before each trial, not measured" })
        .option("cool-down", seconds("3s", "time between trials: 3s, 1m"))
        .option("most-trials", { type: "number", default: 30, describe: "trials after which to give up" })
        .option("criterion", {
          type: "string",
          array: true,
          nargs: 1,
          default: [] as string[],
          describe: "instead of the scenario's thresholds, e.g. 'roundTrip.p99 < 500ms'",
        })
        .option("resume", { type: "string", describe: "folder of a search that was interrupted" })
        .option("format", {
          alias: "f",
          choices: SEARCH_FORMATS,
          default: "text" as const,
          describe: "how the result is printed",
        })
        .example("$0 search scenario.yaml --simulate --start 100 --duration 5", "against the simulator")
        .example("$0 search scenario.yaml --criterion 'roundTrip.p99 < 500ms'", "what counts as keeping up")
        .example(
          "$0 search scenario.yaml --resume results/search-…",
          "one that was interrupted, with the same options",
        ),
    (args) => start(() => search(world, args)),
  );
};
