import { writeFile } from "node:fs/promises";
import { EXIT, RollcallError } from "../../model/error.ts";
import { type ReportName, reports } from "../../report/reports.ts";
import { print } from "../output.ts";
import { displayOptions, readResults, writeResults } from "../../runs/run/results.ts";
import { findRun } from "../../runs/run/run-folder.ts";
import { showError } from "../show-error.ts";
import { type AddCommand, resultsOption, runPositional } from "./command.ts";

const names = Object.keys(reports) as readonly ReportName[];
const usual: { readonly format: ReportName } = { format: "text" };
const descriptions = names.map((name) => `${name}: ${reports[name].description}`).join("; ");

export const add: AddCommand = (program, exit) => {
  program.command(
    "report <run>",
    "make a run's results again from its journals, and show them",
    (command) =>
      resultsOption(runPositional(command))
        .option("format", { alias: "f", choices: names, default: usual.format, describe: descriptions })
        .option("output", { alias: "o", type: "string", describe: "file to write to instead of standard output" }),
    async (args) => {
      const folder = await findRun(args.run, args.out);
      const run = await readResults(folder);
      const report = reports[args.format];
      if (args.output === undefined) {
        await print(report.render(run, displayOptions()));
      } else {
        await writeReport(args.output, report.render(run, { color: false, width: 100 }));
      }
      // An archive may be read-only; its report was shown all the same.
      const written = await writeResults(folder, run).then(() => EXIT.pass, showError);
      exit(written);
    },
  );
};

async function writeReport(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((error: unknown) => {
    throw new RollcallError(
      "report-not-written",
      `The report cannot be written to ${file}: ${(error as Error).message}.`,
      "Name another file with --output.",
      EXIT.usage,
      error,
    );
  });
}
