import type { Argv } from "yargs";

/** For commands that have no scenario at hand, or one without the authority of the address that is named. */
export function adminAuthorityOption<T>(command: Argv<T>) {
  return command.option("ca", { type: "string", describe: "over TLS: PEM file of the authority of --admin-url" });
}
