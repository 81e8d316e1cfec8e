import type { Argv } from "yargs";

/** --format, as often as there are formats wanted, --json for programs, and where they go. */
export function formatOptions<T, Name extends string>(command: Argv<T>, names: readonly Name[], describe?: string) {
  return command
    .option("format", {
      alias: "f",
      choices: names,
      array: true,
      nargs: 1,
      describe: describe ?? "may be given several times; then with -o",
      defaultDescription: "text",
    })
    .option("json", { type: "boolean", default: false, describe: "short for --format json" })
    .option("output", {
      alias: "o",
      type: "string",
      describe: "file, folder or pattern such as out/{run}.{ext} to write to, instead of standard output",
    });
}
