import { EXIT, type ExitCode, reasonOf, RollcallError, worstExitCode } from "../../model/error.ts";
import { type ReportName, reports } from "../../report/reports.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import { requireOver } from "../../record/under-way.ts";
import type { World } from "../world.ts";
import { FILE_OPTIONS, readResults, writeResults } from "./results.ts";
import { findRun } from "./run-folder.ts";
import { sayError } from "./say-error.ts";
import { writeWholeFile } from "../../record/whole-file.ts";

export interface ReportAgainOptions {
  readonly run: string;
  /** Folder of all results. */
  readonly out: string;
  readonly format: ReportName;
  /** File to write to; undefined: said. */
  readonly output: string | undefined;
  /** The run's own exit code is not told. */
  readonly exitZero: boolean;
}

/** Makes a run's results again from its journals, and shows them; ends as the run did. Throws RollcallError. */
export async function reportAgain(
  { voice, clock }: Pick<World, "voice" | "clock">,
  options: ReportAgainOptions,
): Promise<ExitCode> {
  const folder = await findRun(options.run, options.out);
  const { journals } = await openRunFolder(folder);
  await requireOver(folder, journals, clock.wall());
  const run = await readResults(folder);
  const report = reports[options.format];
  if (options.output === undefined) {
    await voice.say(report.render(run, voice.display()));
  } else {
    await writeReport(options.output, report.render(run, FILE_OPTIONS));
  }
  // An archive may be read-only; its report was shown all the same.
  const written = await writeResults(folder, run).then(
    () => EXIT.pass,
    (error: unknown) => sayError(voice, error),
  );
  return worstExitCode([options.exitZero ? EXIT.pass : run.summary.verdict.exitCode, written]);
}

async function writeReport(file: string, text: string): Promise<void> {
  await writeWholeFile(file, text, 0o644).catch((error: unknown) => {
    throw new RollcallError(
      "report-not-written",
      `The report cannot be written to ${file}: ${reasonOf(error)}.`,
      "Name another file with --output.",
      EXIT.usage,
      error,
    );
  });
}
