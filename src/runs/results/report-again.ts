import { basename } from "node:path";
import { codeOf, EXIT, type ExitCode, RollcallError, worstExitCode } from "../../model/error.ts";
import type { ReportOptions } from "../../report/report.ts";
import { type ReportName, reports } from "../../report/reports.ts";
import { readAfterwards } from "../../record/afterwards-file.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import { requireOver } from "../../record/under-way.ts";
import type { FoldedRun } from "../../summary/fold.ts";
import { resultsElsewhere } from "../crew/results-elsewhere.ts";
import type { World } from "../world.ts";
import { type FormatsAsked, readFormats } from "./formats.ts";
import { readResults, writeResults } from "./results.ts";
import { findRun } from "./find-run.ts";
import { sayError } from "./say-error.ts";

export interface ReportAgainOptions extends FormatsAsked<ReportName> {
  readonly run: string;
  /** Folder of all results. */
  readonly out: string;
  /** The run's own exit code is not told. */
  readonly exitZero: boolean;
  /** All of the text report where it is shown; a file has all of it in any case. */
  readonly full: boolean;
}

const NAMES = Object.keys(reports) as readonly ReportName[];
const EXTENSIONS = Object.fromEntries(NAMES.map((name) => [name, reports[name].extension])) as Record<
  ReportName,
  string
>;

/** Makes a run's results again from its journals, and shows them; ends as the run did. Throws RollcallError. */
export async function reportAgain(
  { voice, clock }: Pick<World, "voice" | "clock">,
  options: ReportAgainOptions,
): Promise<ExitCode> {
  const display = () => ({ ...voice.display(), brief: !options.full });
  const giving = await readFormats<ReportName>({ ...voice, display }, options, EXTENSIONS, ["run", "scenario"]);
  const folder = await findRun(options.run, options.out);
  const files = await openRunFolder(folder);
  await requireOver(folder, files, clock.wall());
  const run = await readResults(folder);
  const afterwards = await readAfterwards(folder);
  const elsewhere = await resultsElsewhere(folder);
  await giving.give(renderers({ ...run, afterwards }), { run: basename(folder), scenario: run.summary.run.scenario });
  const written = await writeResults(folder, run).then(
    () => EXIT.pass,
    (error: unknown) => {
      const code = sayError(voice, error);
      // An archive may be read-only; what was asked for was shown or written all the same.
      return isOfReadOnly(error) ? EXIT.pass : code;
    },
  );
  if (elsewhere !== undefined) voice.warn(elsewhere);
  return worstExitCode([options.exitZero ? EXIT.pass : run.summary.verdict.exitCode, written]);
}

const READ_ONLY: readonly unknown[] = ["EROFS", "EACCES", "EPERM"];

function isOfReadOnly(error: unknown): boolean {
  return error instanceof RollcallError && READ_ONLY.includes(codeOf(error.cause));
}

function renderers(run: FoldedRun) {
  const of = (name: ReportName) => (options: ReportOptions) => reports[name].render(run, options);
  return Object.fromEntries(NAMES.map((name) => [name, of(name)])) as Record<ReportName, ReturnType<typeof of>>;
}
