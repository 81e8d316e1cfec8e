import { strangerOf } from "../../fleet/stranger.ts";
import { createClock } from "../../generator/clock.ts";
import type { Issued } from "../../model/entry.ts";
import { EXIT } from "../../model/error.ts";
import { readRoster } from "../../record/roster.ts";
import { type GeneratorFile, openRunFolder, writeResult } from "../../record/run-folder.ts";
import { monotonic } from "../monotonic.ts";
import { print, warn } from "../output.ts";
import { compactTime, findRun, readPlan } from "../run-folder.ts";
import { simulatorGone, wasSimulated } from "../simulated-run.ts";
import { listenForStops } from "../stop-signals.ts";
import { describeVerification } from "../verification-text.ts";
import { exitCodeOf, verifyRoll } from "../verify-roll.ts";
import { createLogin } from "../wire.ts";
import { type AddCommand, resultsOption, runPositional } from "./command.ts";

const PROGRESS_MS = 5_000;

export const add: AddCommand = (program, exit) => {
  program.command(
    "verify <run>",
    "call the roll of an earlier run again, e.g. after an upgrade of the server",
    (command) =>
      resultsOption(runPositional(command))
        .option("host", { type: "string", describe: "where the server is now; default: where it was" })
        .option("port", { type: "number", describe: "its MQTT port now" })
        .option("concurrency", { type: "number", describe: "logins at once; default: as in the run" })
        .option("rate", { type: "number", describe: "logins a second; default: as in the run" }),
    async (args) => {
      const folder = await findRun(args.run, args.out);
      const plan = await readPlan(folder);
      const files = await openRunFolder(folder);
      const elsewhere = args.host !== undefined || args.port !== undefined;
      if (!elsewhere && (await wasSimulated(files.journals))) throw simulatorGone("verify");
      const target = { ...plan.target, host: args.host ?? plan.target.host, port: args.port ?? plan.target.port };
      const login = await createLogin({ ...plan, target }, false);

      const abort = new AbortController();
      using _stops = listenForStops({
        drain: () => abort.abort(),
        abort: () => abort.abort(),
        leave: () => process.exit(EXIT.interrupted),
      });
      let progress = { called: 0, absent: 0 };
      const lines = setInterval(() => warn(`called ${progress.called}, absent ${progress.absent}`), PROGRESS_MS);
      const started = new Date();
      const found = await verifyRoll(
        {
          run: plan.runId,
          target: `${target.transport}://${target.host}:${target.port}`,
          startedAt: started.toISOString(),
          clock: createClock(monotonic(), monotonic),
          login,
          stranger: strangerOf(plan),
          issued: readAll(files.rosters),
          concurrency: args.concurrency ?? plan.rollCall.concurrency,
          rate: args.rate ?? plan.rollCall.rate,
          onProgress(called, absent) {
            progress = { called, absent };
          },
        },
        abort.signal,
      ).finally(() => clearInterval(lines));
      await login.close();
      const name = `verify-${compactTime(started)}.json`;
      await print(describeVerification(found));
      await writeResult(folder, name, `${JSON.stringify(found, undefined, 2)}\n`);
      warn(`Saved: ${folder}/${name}`);
      exit(exitCodeOf(found));
    },
  );
};

async function* readAll(rosters: readonly GeneratorFile[]): AsyncGenerator<Issued> {
  for (const { path } of rosters) yield* readRoster(path);
}
