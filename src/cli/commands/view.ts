import { viewList } from "../../runs/history/view-list.ts";
import { viewPages } from "../../runs/history/view-pages.ts";
import { type AddCommand, resultsOption } from "./command.ts";
import { historyOptions } from "./history-options.ts";

export const add: AddCommand = (program, world, start) => {
  program.command(
    "view [results..]",
    "list the runs, series and checks of results folders, and where their figures changed",
    (command) =>
      historyOptions(resultsOption(command))
        .positional("results", {
          type: "string",
          array: true,
          default: [] as string[],
          describe: "folders of results; default: that of --out",
        })
        .option("list", {
          type: "boolean",
          describe: "as tables; default: as pages for a browser on a terminal, as tables in a pipe",
        })
        .option("json", { type: "boolean", default: false, describe: "everything as JSON, for programs" })
        .option("limit", { type: "number", default: 40, describe: "lines of each table" })
        .option("dashboard", { type: "number", default: 0, describe: "port of the pages; default: one that is free" })
        .option("dashboard-host", {
          type: "string",
          default: "127.0.0.1",
          describe: "where the pages are served; default: to this machine alone",
        })
        .example("$0 view --list --since 30d --label build=4.3.1", "runs of the last 30 days with that label"),
    (args) => {
      const asList = args.json || (args.list ?? !world.voice.isTerminal);
      start(() =>
        asList ? viewList(world, args) : viewPages(world, { ...args, port: args.dashboard, host: args.dashboardHost }),
      );
    },
  );
};
