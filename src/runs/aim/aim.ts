import { RollcallError } from "../../model/error.ts";
import { numbersOf } from "../../model/release.ts";
import type { PresetName } from "../../simulator/timing/service-model.ts";
import { busSettingOf, type TypedBus } from "../crew/bus-setting.ts";
import type { AdminOptions } from "../server/administration.ts";
import type { World } from "../world.ts";
import { parseFault } from "../simulation/fault-option.ts";
import { overridesOf, type ScenarioOptions } from "./load-scenario.ts";
import { type Aimed, aimAtSimulator, aimAtTarget } from "./aimed.ts";
import { type TypedWatch, watchOverrides } from "./watch-overrides.ts";

/** A scenario, and against whom it is to run. */
export interface AimOptions extends ScenarioOptions, AdminOptions, Partial<TypedBus>, TypedWatch {
  /** Release of the simulator that it is to run against; "": the simulator's default; undefined: its own target. */
  readonly simulate: string | undefined;
  readonly preset: PresetName;
  readonly fault: readonly string[];
  /** Folder of all results. */
  readonly out: string;
  /** Nothing is said of what is being started. */
  readonly quiet?: boolean;
  /** See Simulation. */
  readonly withoutRoom?: boolean;
}

/** Loads the scenario under a fresh run id, and starts its simulator if it has one; `last` overrides what the user overrode. */
export async function aim(world: World, args: AimOptions, last: readonly string[] = []): Promise<Aimed> {
  const bus = busSettingOf(args);
  const overrides = [...overridesOf(args), ...watchOverrides(args), ...last];
  if (args.simulate !== undefined) {
    const { preset, fault } = args;
    const onStart = (): void => world.voice.warn("starting a simulated ThingsBoard");
    const simulation = {
      version: releaseOf(args.simulate),
      preset,
      faults: fault.map(parseFault),
      onStart: args.quiet === false ? onStart : undefined,
      settle: args.settle,
      withoutRoom: args.withoutRoom,
    };
    return { ...(await aimAtSimulator(world, args.scenario, overrides, simulation, args.out)), bus };
  }
  if (args.fault.length > 0) {
    throw new RollcallError("fault-without-simulator", "--fault needs --simulate.", "A real target has its own.");
  }
  return { ...(await aimAtTarget(world, args.scenario, overrides, args.out, args)), bus };
}

/** `--simulate` alone gives "". Throws RollcallError "simulate-version": most likely it took the scenario for one. */
function releaseOf(text: string): string | undefined {
  if (text === "") return undefined;
  if (numbersOf(text)?.includes(".") === true) return text;
  throw new RollcallError(
    "simulate-version",
    `--simulate ${text}: that is not a ThingsBoard release.`,
    "Put the scenario first: rollcall run <scenario> --simulate [release], e.g. --simulate 3.6.4.",
  );
}
