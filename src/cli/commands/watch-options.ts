import type { Argv } from "yargs";

/** An option that may be given several times, and without a value: for the parser it is no list, which would take the scenario behind it. */
export const WATCH_OPTION = "watch-server";

/** For commands that make runs: what their server is asked about itself meanwhile. */
export function watchOptions<T>(command: Argv<T>) {
  return command
    .option(WATCH_OPTION, {
      type: "string",
      describe:
        "look at the server itself every 5 s: systemInfo (default), or prometheus=URL of a node or transport; repeatable",
    })
    .option("system-user", {
      type: "string",
      describe: "for systemInfo: system administrator, password in ROLLCALL_SYSTEM_PASSWORD",
    })
    .conflicts("simulate", "system-user");
}
