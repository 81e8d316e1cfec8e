import { exportOne } from "../../runs/history/export-run.ts";
import { type AddCommand, resultsOption, runPositional } from "./command.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "export <run>",
    "copy a run for others: what its report is made from, without credentials",
    (command) =>
      resultsOption(runPositional(command))
        .option("output", {
          alias: "o",
          type: "string",
          describe: "a new .tar.gz, or a new folder; default: <run>.tar.gz, where you are",
        })
        .example("$0 export latest", "one file to send to a colleague")
        .example("$0 export latest -o for-support", "the same as a folder"),
    (args) => start(() => exportOne(world, args)),
  );
};
