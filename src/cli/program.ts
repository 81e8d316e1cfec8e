import yargs from "yargs";
import { EXIT, type ExitCode, RollcallError } from "../model/error.ts";
import { ROLLCALL_VERSION } from "../model/version.ts";
import { addReport } from "./commands/report.ts";
import { addRun } from "./commands/run.ts";
import { addSchema } from "./commands/schema.ts";
import { addSimulate } from "./commands/simulate.ts";
import { addValidate } from "./commands/validate.ts";
import { addVerify } from "./commands/verify.ts";
import { tolerateClosedPipes } from "./output.ts";
import { showError } from "./show-error.ts";

const EXIT_CODES = `Exit codes: 0 pass, 1 bug, 2 usage or scenario, 3 threshold missed, 4 roll call failed,
5 generator unhealthy (do not trust the numbers), 130 interrupted.`;
const WIDEST = 110;

/** Parses the command line and runs one command. Never rejects: what goes wrong is printed, and is the exit code. */
export async function runProgram(args: readonly string[]): Promise<ExitCode> {
  tolerateClosedPipes();
  let exitCode: ExitCode = EXIT.pass;
  const exit = (code: ExitCode): void => {
    exitCode = code;
  };
  const program = yargs([...args])
    .scriptName("rollcall")
    .usage("$0 <command>\n\nLoad-tests the provisioning of a device fleet on ThingsBoard, then calls the roll.")
    .version(ROLLCALL_VERSION)
    .help()
    .alias("help", "h")
    .epilogue(EXIT_CODES)
    .strict()
    .recommendCommands()
    .demandCommand(1, "Which command?")
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      // yargs speaks of the command line in `message`; an `error` is one that a command threw.
      throw error ?? new RollcallError("usage", message ?? "The command line is wrong.", "See `rollcall --help`.");
    });
  program.wrap(Math.min(WIDEST, program.terminalWidth()));
  for (const add of [addRun, addVerify, addReport, addSimulate, addValidate, addSchema]) add(program, exit);
  try {
    await program.parseAsync();
    return exitCode;
  } catch (error) {
    return showError(error);
  }
}
