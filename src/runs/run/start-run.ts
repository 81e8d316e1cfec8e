import type { ExitCode } from "../../model/error.ts";
import { isTargetUrl } from "../../scenario/sketch.ts";
import { type QuickWords, refuseQuickWords, writeQuickScenario } from "../aim/quick.ts";
import type { World } from "../world.ts";
import { run, type RunOptions } from "./run.ts";

export interface StartOptions extends RunOptions, QuickWords {
  readonly scale: number | undefined;
}

/** A run of a scenario's file, or of the target and load that stand on the command line. Throws RollcallError. */
export async function startRun(world: World, options: StartOptions): Promise<ExitCode> {
  const { scenario, scale, devices, duration } = options;
  if (!isTargetUrl(scenario)) {
    refuseQuickWords(options);
    return await run(world, { ...options, shorten: { scale, devices, duration } });
  }
  const simulated = options.simulate !== undefined;
  const { ca, adminUrl } = options;
  // A target without TLS has no authority; one is refused there if it cannot be the administrator's.
  const ofTarget = adminUrl === undefined || /^(?:mqtts|https):/i.test(scenario);
  using file = await writeQuickScenario(world, scenario, { ...options, ca: ofTarget ? ca : undefined }, simulated);
  // How many devices, or for how long, is the load itself here.
  const shorten = { scale, devices: undefined, duration: undefined };
  return await run(world, { ...options, ca: adminUrl === undefined ? undefined : ca, scenario: file.path, shorten });
}
