import type { Argv } from "yargs";
import { type ExitCode, RollcallError } from "../../model/error.ts";
import type { Shortening } from "../../runs/aim/load-scenario.ts";
import type { World } from "../../runs/world.ts";

/** Adds one command to the program. All that its handler does is to give `start` what the command does; nothing comes after that. */
export type AddCommand = (
  program: Argv,
  world: World,
  start: (command: () => Promise<ExitCode>) => void,
  /** All commands there are, for those that speak of them. */
  list: CommandList,
) => void;

/** What a command is for, as the help groups them. */
export type CommandGroup = "run" | "judge" | "server" | "instrument";

export type CommandList = Readonly<Record<string, ListedCommand>>;

interface ListedCommand {
  readonly group: CommandGroup;
  readonly usage: string;
  readonly describe: string;
  readonly load: () => Promise<{ readonly add: AddCommand }>;
}

/** A scenario, and what of it is overridden. */
export function scenarioPositional<T>(command: Argv<T>) {
  return command
    .positional("scenario", { type: "string", demandOption: true, describe: "the scenario's YAML file" })
    .option("set", {
      type: "string",
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: "override a field, e.g. --set fleet.count=50000",
    });
}

/** Where the scenario's server is. */
export function placeOptions<T>(command: Argv<T>) {
  return command
    .option("host", { type: "string", describe: "short for --set target.host=…; several with commas: target.hosts" })
    .option("port", { type: "number", describe: "short for --set target.port=…" });
}

export function generatorsOption<T>(command: Argv<T>) {
  return command.option("generators", {
    type: "number",
    describe: "processes that make the load; default: cores - 1",
  });
}

/** What every command has in common that makes a scenario's load on its server. */
export function scenarioOptions<T>(command: Argv<T>) {
  return generatorsOption(placeOptions(scenarioPositional(command)));
}

/** For commands that make a scenario's load as it is, or say what it would be. */
export function shortenOptions<T>(command: Argv<T>) {
  return command
    .option("scale", { type: "number", describe: "the same load, so many times as long: 0.1 is a tenth of the time" })
    .option("devices", { type: "number", describe: "the same load, made shorter until it has so many devices" })
    .option("duration", { type: "string", describe: "the same load, made shorter until it takes so long: 30s, 2m" })
    .conflicts("scale", ["devices", "duration"]);
}

export function shorteningOf({ scale, devices, duration }: Shortening): { readonly shorten: Shortening } {
  return { shorten: { scale, devices, duration } };
}

export function resultsOption<T>(command: Argv<T>) {
  return command
    .option("out", { type: "string", default: "results", describe: "folder of all results" })
    .check(({ out }) => {
      // Given twice it is a list, which the program refuses for every option.
      if (typeof out !== "string" || out.trim() !== "") return true;
      throw new RollcallError("usage", "--out is empty.", "Name a folder, or leave --out away for ./results.");
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
