import type { Argv } from "yargs";
import { adminOptions } from "./admin-options.ts";
import { settleOption } from "./settle-option.ts";
import { DEFAULTS, presetNames } from "./simulator-options.ts";

/** What every command that runs a scenario has in common: against whom. */
export function aimOptions<T>(command: Argv<T>) {
  return settleOption(adminOptions(command))
    .option("simulate", {
      type: "string",
      describe: "against a simulated ThingsBoard of this release (default 4.2.1), started for the run",
    })
    .option("preset", {
      choices: presetNames,
      default: DEFAULTS.preset,
      describe: "with --simulate: how long that server takes for each step",
    })
    .option("fault", {
      type: "string",
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: "with --simulate: kind[:share[:milliseconds]], e.g. ghost:0.05",
    })
    .conflicts("simulate", ["host", "port", "admin-url", "admin-user", "ca"]);
}
