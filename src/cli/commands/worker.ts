import { runWorker } from "../../runs/crew/run-worker.ts";
import { busAccessOptions } from "./bus-options.ts";
import type { AddCommand } from "./command.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "worker",
    "make load on this machine for runs that are started elsewhere with --bus",
    (command) =>
      busAccessOptions(command)
        .option("bus", { type: "string", demandOption: true, describe: "the NATS server: nats://host:4222" })
        .option("name", { type: "string", describe: "how reports call this machine; default: its host name" })
        .option("cores", { type: "number", describe: "cores to offer; default: all" })
        .option("data", {
          type: "string",
          describe: "folder of results until they are fetched; default: one of its name, in the cache",
        })
        .option("health-file", {
          type: "string",
          describe: "a file that is touched each time the bus has heard of this worker, for health checks",
        })
        .example("$0 worker --bus nats://10.0.0.5:4222", "until Ctrl-C or SIGTERM"),
    (args) => start(() => runWorker(world, args)),
  );
};
