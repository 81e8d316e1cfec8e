import type { Argv } from "yargs";
import { settleMsOf } from "../../runs/reconcile/settling.ts";

/** What every command has that looks at a server which may still be at work. */
export function settleOption<T>(command: Argv<T>) {
  return command
    .option("settle", {
      type: "string",
      describe: "how long to wait, where devices may still be created, for the server to come to rest; default 60s",
    })
    .check(({ settle }) => {
      // Given twice it is a list, which the program refuses for every option. A check, as what a coercion throws loses its hint.
      if (typeof settle === "string") settleMsOf({ settle });
      return true;
    });
}
