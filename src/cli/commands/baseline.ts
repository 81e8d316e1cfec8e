import { DEFAULT_POLICY } from "../../compare/compare.ts";
import { baseline } from "../../runs/compare/baseline.ts";
import { COMPARE_FORMATS } from "../../runs/compare/compare.ts";
import { formatOptions } from "./format-options.ts";
import { type AddCommand, resultsOption } from "./command.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "baseline <action> <file> [runs..]",
    "keep runs of a good release in one file, and compare later runs with them: did the server get slower?",
    (command) =>
      formatOptions(resultsOption(command), COMPARE_FORMATS)
        .positional("action", {
          choices: ["save", "compare"] as const,
          demandOption: true,
          describe: "save runs in the file, or compare runs with those in it",
        })
        .positional("file", {
          type: "string",
          demandOption: true,
          describe: "the baseline; compressed where its name ends in .gz",
        })
        .positional("runs", {
          type: "string",
          array: true,
          default: [] as string[],
          defaultDescription: "the newest run or repeat",
          describe: "folders, names or short ids of runs, or the folder of a repeat",
        })
        .option("minimum-effect", {
          type: "number",
          defaultDescription: String(DEFAULT_POLICY.minimumEffect),
          describe: "compare: smallest change that is reported, as a share of the base: 0.05 is 5 %",
        })
        .option("level", {
          type: "number",
          defaultDescription: String(DEFAULT_POLICY.level),
          describe: "compare: chance of any false alarm over all metrics together",
        })
        .option("force", {
          type: "boolean",
          default: false,
          describe: "compare: also runs of different plans or clients",
        })
        .example("$0 baseline save baseline.json.gz results/repeat-…", "the runs of a repeat, of a good release")
        .example("$0 baseline compare baseline.json.gz -f markdown", "the newest repeat with those, as a table"),
    (args) => start(() => baseline(world, args)),
  );
};
