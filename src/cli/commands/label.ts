import { labelRun } from "../../runs/history/label-run.ts";
import { type AddCommand, resultsOption, runPositional } from "./command.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "label <run> [labels..]",
    "give a run labels and a note, by which `view` finds it again",
    (command) =>
      resultsOption(runPositional(command))
        .positional("labels", {
          type: "string",
          array: true,
          default: [] as string[],
          describe: "name=value, e.g. build=4.3.1",
        })
        .option("note", { type: "string", describe: 'one line about the run; "" takes it away' })
        .option("remove", {
          type: "string",
          array: true,
          nargs: 1,
          default: [] as string[],
          describe: "name of a label to take away",
        })
        .example("$0 label latest build=4.3.1 --note 'after the upgrade of Kafka'", ""),
    (args) => start(() => labelRun(world, args)),
  );
};
