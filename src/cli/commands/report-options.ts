import type { Argv } from "yargs";

/** For commands that make runs: reports in further formats, with no second command. */
export function reportOptions<T>(command: Argv<T>) {
  return command
    .option("html", { type: "boolean", default: false, describe: "write a page with charts at the end" })
    .option("junit", { type: "boolean", default: false, describe: "write JUnit XML at the end, for CI" })
    .option("json", { type: "boolean", default: false, describe: "write every figure as JSON at the end" })
    .option("output", {
      alias: "o",
      type: "string",
      describe: "where those go: a folder, or a pattern such as out/{run}.{ext}; default: the run's folder",
    });
}
