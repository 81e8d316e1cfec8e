import { openRunFolder, writeJson } from "../../record/run-folder.ts";
import { callAgain } from "../../runs/verify/call-again.ts";
import { print, warn } from "../output.ts";
import { compactTime, findRun } from "../../runs/run/run-folder.ts";
import { simulatorGone, wasSimulated } from "../../runs/aim/simulated-run.ts";
import { stopOnSignals } from "../../runs/run/stop-signals.ts";
import { describeVerification } from "../../runs/verify/verification-text.ts";
import { exitCodeOf } from "../../runs/verify/verify-roll.ts";
import { type AddCommand, resultsOption, runPositional } from "./command.ts";

export const add: AddCommand = (program, exit) => {
  program.command(
    "verify <run>",
    "call the roll of an earlier run again, e.g. after an upgrade of the server",
    (command) =>
      resultsOption(runPositional(command))
        .option("host", { type: "string", describe: "where the server is now; default: where it was" })
        .option("port", { type: "number", describe: "its port now" })
        .option("concurrency", { type: "number", describe: "logins at once; default: as in the run" })
        .option("rate", { type: "number", describe: "logins a second; default: as in the run" }),
    async (args) => {
      const folder = await findRun(args.run, args.out);
      const files = await openRunFolder(folder);
      const elsewhere = args.host !== undefined || args.port !== undefined;
      if (!elsewhere && (await wasSimulated(files.journals))) throw simulatorGone("verify");
      using stopping = stopOnSignals();
      const found = await callAgain(folder, args, stopping.signal);
      const name = `verify-${compactTime(new Date(found.startedAt))}.json`;
      await print(describeVerification(found));
      await writeJson(folder, name, found);
      warn(`Saved: ${folder}/${name}`);
      exit(exitCodeOf(found));
    },
  );
};
