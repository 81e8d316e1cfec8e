import type { Argv } from "yargs";
import { type ExitCode, RollcallError } from "../../model/error.ts";
import type { World } from "../../runs/world.ts";

/** Adds one command to the program; the command calls `exit` with its code as the last thing it does. */
export type AddCommand = (program: Argv, world: World, exit: (code: ExitCode) => void) => void;

/** What every command that takes a scenario has in common. */
export function scenarioOptions<T>(command: Argv<T>) {
  return command
    .positional("scenario", { type: "string", demandOption: true, describe: "the scenario's YAML file" })
    .option("set", {
      type: "string",
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: "override a field, e.g. --set fleet.count=50000",
    })
    .option("host", { type: "string", describe: "short for --set target.host=…" })
    .option("port", { type: "number", describe: "short for --set target.port=…" })
    .option("generators", { type: "number", describe: "processes that make the load; default: cores - 1" });
}

export function resultsOption<T>(command: Argv<T>) {
  return command.option("out", {
    type: "string",
    default: "results",
    describe: "folder of all results",
    coerce: (out: string) => {
      if (out.trim() !== "") return out;
      throw new RollcallError("usage", "--out is empty.", "Name a folder, or leave --out away for ./results.");
    },
  });
}

export function runPositional<T>(command: Argv<T>) {
  return command.positional("run", {
    type: "string",
    demandOption: true,
    describe: 'a run\'s folder, its name or short id, or "latest"',
  });
}

/** For commands that show a run's report. */
export function fullOption<T>(command: Argv<T>) {
  return command.option("full", {
    type: "boolean",
    default: false,
    describe: "show the whole report, as report.txt has it; default: what is looked at first",
  });
}
