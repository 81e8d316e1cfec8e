import { mark } from "../../runs/under-way/mark.ts";
import { type AddCommand, resultsOption, runPositional } from "./command.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "mark <run> <text>",
    "note in a run that is under way what happens now; its report then tells how deep the load dipped, and the time to recover",
    (command) =>
      resultsOption(runPositional(command))
        .positional("text", { type: "string", demandOption: true, describe: "what happens now, in a few words" })
        .example('$0 mark latest "node 2 killed"', "from another terminal"),
    (args) => start(() => mark(world, args)),
  );
};
