import { collectAndReport } from "../../runs/crew/collect-run.ts";
import { busAccessOptions } from "./bus-options.ts";
import { type AddCommand, resultsOption, runPositional } from "./command.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "collect <run>",
    "fetch what workers still keep of a run whose coordinator or bus was lost, then report it",
    (command) =>
      busAccessOptions(resultsOption(runPositional(command)))
        .option("bus", { type: "string", demandOption: true, describe: "the NATS server: nats://host:4222" })
        .example("$0 collect latest --bus nats://10.0.0.5:4222", "after a crash, when the workers are back"),
    (args) => start(() => collectAndReport(world, args)),
  );
};
