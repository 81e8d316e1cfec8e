import { type ExitCode, RollcallError } from "../../model/error.ts";
import { openBus } from "../../workers/bus/connection.ts";
import { collectResults } from "../../workers/crew/collect.ts";
import { readCrewFile } from "../../workers/crew/crew-file.ts";
import { findRun } from "../results/find-run.ts";
import { showResults } from "../results/show-results.ts";
import { shellWord } from "../../writing/shell-word.ts";
import { stopOnSignals } from "../under-way/stop-on-signals.ts";
import type { World } from "../world.ts";
import { type BusArguments, readBusAddress } from "./bus-setting.ts";

export interface CollectOptions extends BusArguments {
  readonly run: string;
  /** Folder of all results. */
  readonly out: string;
}

/** Fetches what workers still keep of a run, and reports it. Throws RollcallError "nothing-to-collect". */
export async function collectAndReport(world: World, options: CollectOptions): Promise<ExitCode> {
  const folder = await findRun(options.run, options.out);
  const missing = await collect(world, folder, options);
  world.voice.warn(
    missing.length > 0
      ? `Still missing: ${missing.join(", ")}. Collect again when their workers are back.`
      : "All results of the workers are here.",
  );
  return showResults(world.voice, folder, [], { full: false });
}

/** Gives the files that are not whole. */
async function collect(world: World, folder: string, options: CollectOptions): Promise<readonly string[]> {
  const crew = await readCrewFile(folder);
  if (crew === undefined) {
    throw new RollcallError(
      "nothing-to-collect",
      `${folder} needs nothing: it was not made on a bus, or all its results are here.`,
      `Its report: rollcall report ${shellWord(folder)}`,
    );
  }
  using stops = stopOnSignals(world);
  const bus = await openBus(await readBusAddress(options), `rollcall collect ${crew.run}`, undefined, world.busPace);
  try {
    return await collectResults({ bus, folder, crew, say: world.voice.warn }, stops.signal);
  } finally {
    await bus.close();
  }
}
