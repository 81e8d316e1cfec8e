import { RollcallError } from "../../model/error.ts";
import { overridesOf } from "../load-scenario.ts";
import { executeRun } from "../execute-run.ts";
import { aimAtSimulator, aimAtTarget } from "../simulation.ts";
import { type AddCommand, resultsOption, scenarioOptions } from "./command.ts";
import { parseFault } from "./fault-option.ts";
import { DEFAULTS, presetNames } from "./simulate.ts";

export const add: AddCommand = (program, exit) => {
  program.command(
    "run <scenario>",
    "provision the scenario's fleet, time every round trip, call the roll",
    (command) =>
      resultsOption(scenarioOptions(command))
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
        .option("quiet", { type: "boolean", default: false, describe: "no progress, only the report" })
        .conflicts("simulate", ["host", "port"])
        .example("$0 run scenarios/quickstart.yaml --simulate", "a first run, no ThingsBoard needed")
        .example("$0 run scenarios/burst-3000.yaml --host tb.example.com", "against yours"),
    async (args) => {
      const overrides = overridesOf(args);
      if (args.simulate === undefined && args.fault.length > 0) {
        throw new RollcallError("fault-without-simulator", "--fault needs --simulate.", "A real target has its own.");
      }
      using aimed =
        args.simulate === undefined
          ? await aimAtTarget(args.scenario, overrides)
          : await aimAtSimulator(args.scenario, overrides, {
              version: releaseOf(args.simulate),
              preset: args.preset,
              faults: args.fault.map(parseFault),
            });
      exit(await executeRun(aimed, { results: args.out, quiet: args.quiet }));
    },
  );
};

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
