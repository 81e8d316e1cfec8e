import { type ReportName, reports } from "../../report/reports.ts";
import { reportAgain } from "../../runs/results/report-again.ts";
import { formatOptions } from "./format-options.ts";
import { type AddCommand, fullOption, resultsOption, runPositional } from "./command.ts";

const names = Object.keys(reports) as readonly ReportName[];
const descriptions = names.map((name) => `${name}: ${reports[name].description}`).join("; ");

export const add: AddCommand = (program, world, start) => {
  program.command(
    "report <run>",
    "make a run's results again from its journals, and show them",
    (command) =>
      formatOptions(
        fullOption(resultsOption(runPositional(command))),
        names,
        `may be given several times; ${descriptions}`,
      )
        .option("exit-zero", {
          type: "boolean",
          default: false,
          describe:
            "end with 0 whatever came of the run; a mistake, or a report that cannot be written, still has its own code; default: the run's exit code",
        })
        .example("$0 report latest -f html -f junit -o out/", "a page and a file for CI, named after the run")
        .example("$0 report 3f2a11 --json", "every figure, for programs"),
    (args) => start(() => reportAgain(world, args)),
  );
};
