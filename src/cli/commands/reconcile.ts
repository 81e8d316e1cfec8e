import { EXIT, RollcallError } from "../../model/error.ts";
import { readServerRecord, writeServerRecord } from "../../record/server-file.ts";
import { renderServer } from "../../report/sections/server.ts";
import { withReconciled } from "../../runs/server/administration.ts";
import { print, warn } from "../output.ts";
import { CREDENTIALS_LOOKED_AT } from "../../runs/server/reconcile-run.ts";
import { displayOptions, readResults, writeResults } from "../../runs/run/results.ts";
import { counts } from "../../runs/server/server-watch.ts";
import { adminOptions } from "./admin-options.ts";
import { type AddCommand, resultsOption, runPositional } from "./command.ts";

export const add: AddCommand = (program, exit) => {
  program.command(
    "reconcile <run>",
    "ask the server which devices of a run it has: ghosts, and those told but missing",
    (command) =>
      adminOptions(resultsOption(runPositional(command))).option("credentials", {
        type: "string",
        default: String(CREDENTIALS_LOOKED_AT),
        describe: 'of how many devices to compare the credentials, one call each; or "all"',
      }),
    async (args) => {
      const credentials = howMany(args.credentials);
      await withReconciled({ ...args, credentials }, async ({ folder, server, profile, result }, admin, stop) => {
        const earlier = await readServerRecord(folder);
        await writeServerRecord(folder, {
          version: 1,
          server: { version: server.version, edition: server.edition },
          profile: profile.name,
          ...(earlier?.seenBefore === undefined ? {} : { seenBefore: earlier.seenBefore }),
          devices: { before: earlier?.devices.before ?? null, after: await counts(admin, profile, stop) },
          reconciliation: result,
          unchecked: [],
        });
        const run = await readResults(folder);
        await print(renderServer(run.summary, displayOptions()));
        await writeResults(folder, run);
        warn(`The report, summary.json and server.json in ${folder} have it too.`);
        const { missing, wrongGateway } = result;
        const wrong = missing.length + wrongGateway.length + result.credentials.differing.length;
        exit(wrong > 0 ? EXIT.rollCall : EXIT.pass);
      });
    },
  );
};

function howMany(text: string): number {
  const number = text === "all" ? Infinity : Number(text);
  if (number === Infinity || (Number.isInteger(number) && number >= 0)) return number;
  throw new RollcallError("usage", `--credentials ${text} is no number of devices.`, 'Write a whole number, or "all".');
}
