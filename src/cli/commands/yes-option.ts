import type { Argv } from "yargs";
import { MANY_DEVICES } from "../../runs/run/ask-before-many.ts";
import { formatCount } from "../../writing/notation.ts";

/** For every command that may make many devices. */
export function yesOption<T>(command: Argv<T>) {
  return command.option("yes", {
    type: "boolean",
    default: false,
    describe: `make more than ${formatCount(MANY_DEVICES)} devices on a server that is neither simulated nor this machine, without being asked`,
  });
}

/** For a command that may run what a scenario's events say. */
export function commandsOption<T>(command: Argv<T>) {
  return command.option("allow-commands", {
    type: "boolean",
    default: false,
    describe: "run the commands of the scenario's events on this machine",
  });
}
