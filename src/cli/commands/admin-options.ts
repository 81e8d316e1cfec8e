import type { Argv } from "yargs";

/** What every command that speaks to an administrator's API has in common. */
export function adminOptions<T>(command: Argv<T>) {
  return command
    .option("admin-url", { type: "string", describe: "ThingsBoard's REST API; default: admin.url of the scenario" })
    .option("admin-user", {
      type: "string",
      describe: "tenant administrator, password in ROLLCALL_ADMIN_PASSWORD; or ROLLCALL_ADMIN_API_KEY alone",
    });
}
