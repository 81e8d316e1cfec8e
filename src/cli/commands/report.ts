import { type ReportName, reports } from "../../report/reports.ts";
import { reportAgain } from "../../runs/run/report-again.ts";
import { type AddCommand, resultsOption, runPositional } from "./command.ts";

const names = Object.keys(reports) as readonly ReportName[];
const usual: { readonly format: ReportName } = { format: "text" };
const descriptions = names.map((name) => `${name}: ${reports[name].description}`).join("; ");

export const add: AddCommand = (program, world, exit) => {
  program.command(
    "report <run>",
    "make a run's results again from its journals, and show them",
    (command) =>
      resultsOption(runPositional(command))
        .option("format", { alias: "f", choices: names, default: usual.format, describe: descriptions })
        .option("output", { alias: "o", type: "string", describe: "file to write to instead of standard output" })
        .option("exit-zero", {
          type: "boolean",
          default: false,
          describe: "end with 0 whatever came of the run; default: with the run's exit code",
        }),
    async (args) => exit(await reportAgain(world, args)),
  );
};
