import { exportOne } from "../../runs/history/export-run.ts";
import { type AddCommand, resultsOption, runPositional } from "./command.ts";

export const add: AddCommand = (program, world, exit) => {
  program.command(
    "export <run>",
    "copy a run for others: what its report is made from, without credentials",
    (command) =>
      resultsOption(runPositional(command))
        .option("output", {
          alias: "o",
          type: "string",
          describe: "a new folder; default: named after the run, where you are",
        })
        .example("$0 export latest -o for-support", "a folder that can be given away"),
    async (args) => exit(await exportOne(world, args)),
  );
};
