import type { ExitCode } from "../../model/error.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import { requireWritable } from "../../record/results-folder.ts";
import { requireOver } from "../../record/under-way.ts";
import { writeJson } from "../../record/write-result.ts";
import { busSettingOf, type TypedBus } from "../crew/bus-setting.ts";
import { simulatorGone, wasSimulated } from "../simulation/simulated-run.ts";
import { compactTime, findRun } from "../results/find-run.ts";
import { stopOnSignals } from "../under-way/stop-on-signals.ts";
import type { World } from "../world.ts";
import { callAgain } from "./call-again.ts";
import type { CallAgainOptions } from "./recalled.ts";
import { describeVerification } from "./verification-text.ts";
import { exitCodeOf } from "./verify-roll.ts";

export interface VerifyOptions extends CallAgainOptions, Partial<TypedBus> {
  readonly run: string;
  /** Folder of all results. */
  readonly out: string;
}

/** Calls the roll of an earlier run again, keeps what came of it in the run's folder and says it. Throws RollcallError. */
export async function verify(world: World, options: VerifyOptions): Promise<ExitCode> {
  const { voice } = world;
  const bus = busSettingOf(options);
  const folder = await findRun(options.run, options.out);
  const files = await openRunFolder(folder);
  await requireOver(folder, files, world.clock.wall());
  await requireWritable(folder);
  const elsewhere = options.host !== undefined || options.port !== undefined;
  if (!elsewhere && (await wasSimulated(files.journals))) throw simulatorGone("verify");
  using stopping = stopOnSignals(world);
  const found = await (bus === undefined
    ? callAgain(world, folder, options, stopping.signal)
    : (await import("./call-by-crew.ts")).callByCrew(world, folder, options, bus, stopping.signal));
  const name = `verify-${compactTime(new Date(found.startedAt))}.json`;
  await voice.say(describeVerification(found));
  await writeJson(folder, name, found);
  voice.warn(`Saved: ${folder}/${name}`);
  return exitCodeOf(found);
}
