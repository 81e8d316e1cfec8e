import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import { openRunFolder } from "../../record/run-folder.ts";
import { reports } from "../../report/reports.ts";
import type { FoldedRun } from "../../summary/fold.ts";
import type { GeneratorEnd } from "../../workers/generator-handle.ts";
import type { Failure } from "../../workers/protocol.ts";
import { adviceFor } from "../../cli/advice.ts";
import { print, warn } from "../../cli/output.ts";
import { displayOptions, readResults, writeResults } from "./results.ts";
import { showError } from "../../cli/show-error.ts";

/**
 * Prints the report of a run that has ended, writes its files, and gives the exit code: that of the run's verdict,
 * unless a generator hit a bug (1) or said itself what was wrong (then the greater of both).
 */
export async function showResults(folder: string, ends: readonly GeneratorEnd[]): Promise<ExitCode> {
  const failures = ends.flatMap((end) => (end.state === "failed" ? [end.failure] : []));
  const { journals } = await openRunFolder(folder);
  // Nothing was recorded: there is no report, and what the generators said is all there is to say.
  if (journals.length === 0 && failures.length > 0) return showFailures(failures, EXIT.pass);
  const run = await readResults(folder);
  await print(reports.text.render(run, displayOptions()));
  const advice = adviceFor(run.summary);
  if (advice !== undefined) warn(advice);
  const written = await write(folder, run);
  return showFailures(failures, highest(run.summary.verdict.exitCode, written));
}

async function write(folder: string, run: FoldedRun): Promise<ExitCode> {
  try {
    await writeResults(folder, run);
    warn(`Results: ${folder}`);
    return EXIT.pass;
  } catch (error) {
    // A full disk takes the files, not the report that was just printed.
    return showError(error);
  }
}

function showFailures(failures: readonly Failure[], otherwise: ExitCode): ExitCode {
  let exitCode = otherwise;
  const said = new Set<string>();
  for (const failure of failures) {
    if (failure.kind === "bug") return showError(new GeneratorBug(failure.stack));
    if (!said.has(failure.message)) {
      said.add(failure.message);
      showError(new RollcallError(failure.code, failure.message, failure.hint, failure.exitCode));
    }
    exitCode = highest(exitCode, failure.exitCode);
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

const highest = (a: ExitCode, b: ExitCode): ExitCode => (a > b ? a : b);
