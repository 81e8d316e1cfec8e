import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import { readServerRecord, writeServerRecord } from "../../record/server-file.ts";
import { renderServer } from "../../report/sections/server.ts";
import { readResults, writeResults } from "../results/results.ts";
import type { World } from "../world.ts";
import { type AdminOptions, withReconciled } from "./administration.ts";
import { counts } from "./server-watch.ts";

export interface ReconcileOptions extends AdminOptions {
  readonly run: string;
  /** Folder of all results. */
  readonly out: string;
  /** For how many devices the credentials are compared; or "all". */
  readonly credentials: string;
}

/** Holds a run against its server once more, writes that into the run's folder and says it. Throws RollcallError. */
export async function reconcileAgain(world: World, options: ReconcileOptions): Promise<ExitCode> {
  const { voice } = world;
  const credentials = howMany(options.credentials);
  return withReconciled(
    world,
    { ...options, credentials },
    async ({ folder, server, profile, result }, admin, stop) => {
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
      await voice.say(renderServer(run.summary, voice.display()));
      await writeResults(folder, run);
      voice.warn(`The report, summary.json and server.json in ${folder} have it too.`);
      const { missing, wrongGateway } = result;
      const wrong = missing.length + wrongGateway.length + result.credentials.differing.length;
      return wrong > 0 ? EXIT.rollCall : EXIT.pass;
    },
  );
}

function howMany(text: string): number {
  const number = text === "all" ? Infinity : Number(text);
  if (number === Infinity || (Number.isInteger(number) && number >= 0)) return number;
  throw new RollcallError("usage", `--credentials ${text} is no number of devices.`, 'Write a whole number, or "all".');
}
