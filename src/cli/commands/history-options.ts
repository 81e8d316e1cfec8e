import type { Argv } from "yargs";
import { RUN_VERDICTS } from "../../history/entry.ts";

/** Which runs are meant, of all that are kept. */
export function historyOptions<T>(command: Argv<T>) {
  return command
    .option("scenario", { type: "string", describe: "part of the scenario's name" })
    .option("target", { type: "string", describe: "part of the target's address" })
    .option("label", {
      type: "string",
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: "a label, with or without its value, e.g. --label build=4.3.1",
    })
    .option("verdict", { choices: RUN_VERDICTS, array: true, nargs: 1, describe: "runs that ended so" })
    .option("release", { type: "string", describe: "beginning of the server's release, e.g. 4.3" })
    .option("since", { type: "string", describe: "a day, as 2026-11-01, or how long ago: 12h, 30d, 8w" })
    .option("until", { type: "string", describe: "as --since" });
}
