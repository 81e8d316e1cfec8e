import type { Argv } from "yargs";
import { RollcallError } from "../../model/error.ts";
import type { PresetName } from "../../simulator/timing/service-model.ts";
import { type AdminOptions } from "../../runs/server/administration.ts";
import { overridesOf, type ScenarioOptions } from "../../runs/aim/load-scenario.ts";
import { type Aimed, aimAtSimulator, aimAtTarget } from "../../runs/aim/simulation.ts";
import { adminOptions } from "./admin-options.ts";
import { parseFault } from "./fault-option.ts";
import { DEFAULTS, presetNames } from "./simulate.ts";

/** What every command that runs a scenario has in common: against whom. */
export function aimOptions<T>(command: Argv<T>) {
  return adminOptions(command)
    .option("simulate", {
      type: "string",
      describe: "against a simulated ThingsBoard of this release (default 4.2.1), started for the run",
    })
    .option("preset", {
      choices: presetNames,
      default: DEFAULTS.preset,
      describe: "with --simulate: how much time things take there",
    })
    .option("fault", {
      type: "string",
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: "with --simulate: kind[:share[:milliseconds]], e.g. ghost:0.05",
    })
    .conflicts("simulate", ["host", "port", "admin-url", "admin-user"]);
}

interface AimArguments extends ScenarioOptions, AdminOptions {
  readonly simulate: string | undefined;
  readonly preset: PresetName;
  readonly fault: readonly string[];
  /** Folder of all results. */
  readonly out: string;
}

/** Loads the scenario under a fresh run id, and starts its simulator if it has one; `last` overrides what the user overrode. */
export async function aim(args: AimArguments, last: readonly string[] = []): Promise<Aimed> {
  const overrides = [...overridesOf(args), ...last];
  if (args.simulate !== undefined) {
    const { preset, fault } = args;
    const simulation = { version: releaseOf(args.simulate), preset, faults: fault.map(parseFault) };
    return aimAtSimulator(args.scenario, overrides, simulation, args.out);
  }
  if (args.fault.length > 0) {
    throw new RollcallError("fault-without-simulator", "--fault needs --simulate.", "A real target has its own.");
  }
  return aimAtTarget(args.scenario, overrides, args.out, args);
}

/** `--simulate` alone gives "". Throws RollcallError "simulate-version": most likely it took the scenario for one. */
function releaseOf(text: string): string | undefined {
  if (text === "") return undefined;
  if (/^\d+(?:\.\d+)+$/.test(text)) return text;
  throw new RollcallError(
    "simulate-version",
    `--simulate ${text}: that is not a ThingsBoard release.`,
    "Put the scenario first: rollcall run <scenario> --simulate [release], e.g. --simulate 3.6.4.",
  );
}
