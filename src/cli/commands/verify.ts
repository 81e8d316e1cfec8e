import { verify } from "../../runs/verify/verify.ts";
import { busOptions } from "./bus-options.ts";
import { type AddCommand, resultsOption, runPositional } from "./command.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "verify <run>",
    "call the roll of an earlier run again, e.g. after an upgrade of the server",
    (command) =>
      busOptions(resultsOption(runPositional(command)))
        .option("host", { type: "string", describe: "where the server is now; default: where it was" })
        .option("port", { type: "number", describe: "port of the server now" })
        .option("at", {
          choices: ["same", "other", "each"] as const,
          describe: "where, of several addresses: where it was issued (default), at another, or at each",
        })
        .option("concurrency", { type: "number", describe: "logins at once; default: as in the run" })
        .option("rate", { type: "number", describe: "logins a second; default: as in the run" })
        .example("$0 verify latest", "the same credentials, once more")
        .example("$0 verify latest --bus nats://10.0.0.5:4222 --workers 8", "from eight machines")
        .example("$0 verify latest --host 10.0.0.1,10.0.0.2 --at each", "at every node")
        .example("$0 verify 3f2a11 --host tb-next --port 1884", "on the server that took over"),
    (args) => start(() => verify(world, args)),
  );
};
