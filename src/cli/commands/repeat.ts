import { RUNS_TO_DECIDE } from "../../compare/compare.ts";
import { repeat } from "../../runs/series/repeat.ts";
import { aimOptions } from "./aim-options.ts";
import { busOptions } from "./bus-options.ts";
import { metricsOptions } from "./metrics-options.ts";
import { reportOptions } from "./report-options.ts";
import { type AddCommand, resultsOption, scenarioOptions, shorteningOf, shortenOptions } from "./command.ts";
import { watchOptions } from "./watch-options.ts";
import { commandsOption, yesOption } from "./yes-option.ts";
import { seconds } from "../numbers.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "repeat <scenario>",
    "run a scenario several times, against one target or two in turn, for `compare`",
    (command) =>
      commandsOption(
        yesOption(
          metricsOptions(
            busOptions(
              reportOptions(watchOptions(aimOptions(resultsOption(shortenOptions(scenarioOptions(command)))))),
            ),
          ),
        ),
      )
        .option("times", {
          type: "number",
          default: 10,
          describe: `runs of each target; ${RUNS_TO_DECIDE} or more can tell`,
        })
        .example("$0 repeat scenario.yaml --host tb-now --against tb-next:1883 --times 10", "two servers in turn")
        .example("$0 repeat scenario.yaml --simulate --times 5", "then: rollcall compare")
        .option("against", { type: "string", describe: "host:port of a second target; order ABBA" })
        .option("cool-down", seconds("5s", "time between two runs: 5s, 1m"))
        .option("resume", { type: "string", describe: "folder of a repeat that was interrupted" })
        .conflicts("simulate", "against"),
    (args) => start(() => repeat(world, { ...args, ...shorteningOf(args) })),
  );
};
