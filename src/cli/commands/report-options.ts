import type { Argv } from "yargs";

/** For commands that make runs: reports in further formats, with no second command, and what runs are found by later, a page to watch them. */
export function reportOptions<T>(command: Argv<T>) {
  return command
    .option("html", { type: "boolean", default: false, describe: "write a page with charts at the end" })
    .option("junit", { type: "boolean", default: false, describe: "write JUnit XML at the end, for CI" })
    .option("json", { type: "boolean", default: false, describe: "write every figure as JSON at the end" })
    .option("output", {
      alias: "o",
      type: "string",
      describe: "where these reports go: a folder, or a pattern such as out/{run}.{ext}; default: the run's folder",
    })
    .option("label", {
      type: "string",
      array: true,
      nargs: 1,
      default: [] as string[],
      describe: "a label by which `view` finds the run again, e.g. --label build=4.3.1",
    })
    .option("note", { type: "string", describe: "a line about the run, shown by `view`" })
    .option("dashboard", {
      type: "number",
      describe:
        "a page on which the run is watched, and can be stopped; on this port, or with none on one that is free",
    })
    .option("dashboard-host", {
      type: "string",
      describe: "where the page is served; default: to this machine alone",
      implies: "dashboard",
    });
}
