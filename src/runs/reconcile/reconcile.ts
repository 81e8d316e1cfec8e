import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import { readServerRecord } from "../../record/server-file.ts";
import { renderLook } from "../../report/sections/server.ts";
import { lookOf } from "../../summary/server.ts";
import type { World } from "../world.ts";
import type { AdminOptions } from "../server/administration.ts";
import { withReconciled } from "./look-at-run.ts";
import { VALUES_LOOKED_AT } from "./reconcile-run.ts";

export interface ReconcileOptions extends AdminOptions {
  readonly run: string;
  /** Folder of all results. */
  readonly out: string;
  /** For how many devices the credentials are compared; or "all". */
  readonly credentials: string;
}

/** Holds a run against its server once more, keeps that beside what the run itself found, and says it. Throws RollcallError. */
export async function reconcileAgain(world: World, options: ReconcileOptions): Promise<ExitCode> {
  const { voice } = world;
  const credentials = howMany(options.credentials);
  return withReconciled(
    world,
    { ...options, credentials, values: VALUES_LOOKED_AT, by: "reconcile" },
    async ({ folder, server, profile, result, counts }) => {
      const before = (await readServerRecord(folder))?.devices.before ?? null;
      const look = { server, profile, devices: counts, reconciliation: result };
      await voice.say(renderLook(lookOf(look, before), voice.display()));
      voice.warn(
        "Kept in afterwards.ndjson of the run's folder; `rollcall report` lists it below the run's own report.",
      );
      const { missing, wrongGateway, credentials: looked, stored } = result;
      const wrong = missing.length + wrongGateway.length + looked.differing.length + (stored?.missing.length ?? 0);
      if (wrong > 0) return EXIT.rollCall;
      return result.rest?.settled === false ? EXIT.undecided : EXIT.pass;
    },
  );
}

function howMany(text: string): number {
  const number = text === "all" ? Infinity : Number(text);
  if (number === Infinity || (Number.isInteger(number) && number >= 0)) return number;
  throw new RollcallError("usage", `--credentials ${text} is no number of devices.`, 'Write a whole number, or "all".');
}
