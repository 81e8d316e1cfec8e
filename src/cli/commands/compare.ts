import { DEFAULT_POLICY, RUNS_TO_DECIDE } from "../../compare/compare.ts";
import { compare, COMPARE_FORMATS } from "../../runs/compare/compare.ts";
import { formatOptions } from "./format-options.ts";
import { type AddCommand, resultsOption } from "./command.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "compare <base..>",
    "compare runs with those of --against (or behind --): did the server get slower?",
    (command) =>
      formatOptions(resultsOption(command), COMPARE_FORMATS)
        .parserConfiguration({ "populate--": true })
        .positional("base", { type: "string", array: true, demandOption: true, describe: "runs of the base" })
        .option("against", {
          type: "string",
          array: true,
          default: [] as string[],
          describe: "runs of the other side; options may follow",
        })
        .option("minimum-effect", {
          type: "number",
          default: DEFAULT_POLICY.minimumEffect,
          describe: "smallest change that is reported, as a share of the base: 0.05 is 5 %",
        })
        .option("level", {
          type: "number",
          default: DEFAULT_POLICY.level,
          describe: "chance of any false alarm over all metrics together",
        })
        .option("force", { type: "boolean", default: false, describe: "compare runs of different plans or clients" })
        .example("$0 compare 3f2a11 90bc2e --against 77e0d1 1c9a44 -f markdown", "for a pull request")
        .example("$0 compare results/repeat-…", "both sides of a repeat over two targets")
        .example(
          "$0 compare 3f2a11 90bc2e -- 77e0d1 1c9a44",
          `two runs a side: exit code 6, undecided (${RUNS_TO_DECIDE} or more a side can tell)`,
        ),
    (args) => {
      const candidates = (args as { readonly "--"?: readonly unknown[] })["--"] ?? [];
      start(() => compare(world, { ...args, candidates: [...args.against, ...candidates.map(String)] }));
    },
  );
};
