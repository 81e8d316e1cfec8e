import type { Argv } from "yargs";

/** What every command has that looks at a server which may still be at work. */
export function settleOption<T>(command: Argv<T>) {
  return command.option("settle", {
    type: "string",
    describe: "how long to wait, where devices may still be created, for the server to come to rest; default 60s",
  });
}
