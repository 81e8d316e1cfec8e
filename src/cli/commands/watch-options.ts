import type { Argv } from "yargs";

/** For commands that make runs: what their server is asked about itself meanwhile. */
export function watchOptions<T>(command: Argv<T>) {
  return command
    .option("watch-server", {
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
