import { EXIT, type ExitCode, RollcallError, worstExitCode } from "../../model/error.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import { reports } from "../../report/reports.ts";
import type { FoldedRun } from "../../summary/fold.ts";
import type { GeneratorEnd } from "../../workers/generator-handle.ts";
import type { Failure } from "../../workers/protocol.ts";
import type { Voice } from "../world.ts";
import { adviceFor } from "./advice.ts";
import { type EndReports, writeRunReports } from "./run-reports.ts";
import { readResults, writeResults } from "./results.ts";
import { sayError } from "./say-error.ts";

export interface Showing {
  /** All of the text report is shown, not only what is looked at first. */
  readonly full: boolean;
  /** Written beside those that every run has. */
  readonly reports?: EndReports | undefined;
}

/**
 * Prints the report of a run that has ended, writes its files, and gives the exit code: that of the run's verdict,
 * unless a generator hit a bug (1) or said itself what was wrong (then the greater of both).
 */
export async function showResults(
  voice: Voice,
  folder: string,
  ends: readonly GeneratorEnd[],
  { full, reports: reportsAsked }: Showing,
): Promise<ExitCode> {
  const failures = ends.flatMap((end) => (end.state === "failed" ? [end.failure] : []));
  const { journals } = await openRunFolder(folder);
  // Nothing was recorded: there is no report, and what the generators said is all there is to say.
  if (journals.length === 0 && failures.length > 0) return showFailures(voice, failures, EXIT.pass);
  const run = await readResults(folder);
  await voice.say(reports.text.render(run, { ...voice.display(), brief: !full }));
  const advice = adviceFor(run.summary);
  if (advice !== undefined) voice.warn(advice);
  const written = await write(voice, folder, run, reportsAsked);
  return showFailures(voice, failures, worstExitCode([run.summary.verdict.exitCode, written]));
}

async function write(voice: Voice, folder: string, run: FoldedRun, asked: EndReports | undefined): Promise<ExitCode> {
  try {
    await writeResults(folder, run);
    for (const file of await writeRunReports(asked, folder, run)) voice.warn(`Written: ${file}`);
    voice.warn(`Results: ${folder}`);
    return EXIT.pass;
  } catch (error) {
    // A full disk takes the files, not the report that was just printed.
    return sayError(voice, error);
  }
}

function showFailures(voice: Voice, failures: readonly Failure[], otherwise: ExitCode): ExitCode {
  let exitCode = otherwise;
  const said = new Set<string>();
  for (const failure of failures) {
    if (failure.kind === "bug") return sayError(voice, new GeneratorBug(failure.stack));
    if (!said.has(failure.message)) {
      said.add(failure.message);
      sayError(voice, new RollcallError(failure.code, failure.message, failure.hint, failure.exitCode));
    }
    exitCode = worstExitCode([exitCode, failure.exitCode]);
  }
  return exitCode;
}

/** Carries the stack of another process. */
class GeneratorBug extends Error {
  constructor(stack: string) {
    super("A generator stopped on a bug.");
    this.stack = stack;
  }
}
