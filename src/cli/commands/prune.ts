import { prune } from "../../runs/history/prune.ts";
import { type AddCommand, resultsOption } from "./command.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "prune [results..]",
    "delete the folders of old runs and series; without --yes only say which",
    (command) =>
      resultsOption(command)
        .positional("results", {
          type: "string",
          array: true,
          default: [] as string[],
          describe: "folders of results; default: that of --out",
        })
        .option("older-than", { type: "string", describe: "made before then: 90d, 8w, or a day as 2026-11-01" })
        .option("keep", { type: "number", describe: "keep so many of the newest of each scenario" })
        .option("label", {
          type: "string",
          array: true,
          nargs: 1,
          default: [] as string[],
          describe: "with this label, e.g. --label tmp=yes",
        })
        .option("yes", {
          type: "boolean",
          default: false,
          describe: "delete; without it prune only says what would go",
        })
        .example("$0 prune --older-than 90d --keep 20", "which runs are older, but for the newest 20 of each scenario"),
    (args) => start(() => prune(world, args)),
  );
};
