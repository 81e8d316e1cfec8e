import type { Argv } from "yargs";

/** What every command that speaks to an administrator's API has in common; some have more to say of `--ca`. */
export function adminOptions<T>(command: Argv<T>) {
  return command
    .option("admin-url", {
      type: "string",
      array: true,
      nargs: 1,
      describe: "ThingsBoard's REST API; default: admin.url of the scenario; repeatable: the next when one is down",
    })
    .option("admin-user", {
      type: "string",
      describe: "tenant administrator, password in ROLLCALL_ADMIN_PASSWORD; or ROLLCALL_ADMIN_API_KEY alone",
    })
    .option("ca", {
      type: "string",
      describe: "over TLS: PEM file of the authority of --admin-url; default: admin.tls.ca of the scenario",
    });
}
