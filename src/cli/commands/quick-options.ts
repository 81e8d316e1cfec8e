import type { Argv } from "yargs";

/** Load as options say it. */
export function loadOptions<T>(command: Argv<T>) {
  return command
    .option("rate", { type: "string", describe: "arrivals: 50 (a second), 30/min, 1/10s" })
    .option("closed", {
      type: "number",
      describe: "so many devices in flight, the next one when one has ended; for --duration, or until --devices",
    })
    .conflicts("rate", "closed");
}

/** What stands in for a scenario's file where `run` is given the address of a server. */
export function quickOptions<T>(command: Argv<T>) {
  return loadOptions(command)
    .option("key", { type: "string", describe: "provision key; default: $ROLLCALL_PROVISION_KEY" })
    .option("secret-env", {
      type: "string",
      describe: "variable that has the secret; default: ROLLCALL_PROVISION_SECRET",
    })
    .option("secret-file", { type: "string", describe: "file that has the secret" })
    .option("secret", { type: "string", describe: "the secret itself: it shows in the list of processes" })
    .option("insecure", { type: "boolean", describe: "over TLS: accept any certificate" })
    .option("save", { type: "string", describe: "write the scenario that it was to this file" })
    .conflicts("secret", ["secret-env", "secret-file"])
    .conflicts("secret-env", "secret-file")
    .conflicts("ca", "insecure");
}
