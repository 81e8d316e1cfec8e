import yargs from "yargs";
import { EXIT, type ExitCode, RollcallError } from "../model/error.ts";
import { ROLLCALL_VERSION } from "../model/version.ts";
import type { AddCommand } from "./commands/command.ts";
import { tolerateClosedPipes } from "./output.ts";
import { showError } from "./show-error.ts";

/** Each loads what it needs: a command that only prints shall not wait for what makes load. In the order of the help. */
const COMMANDS: Readonly<Record<string, () => Promise<{ readonly add: AddCommand }>>> = {
  run: () => import("./commands/run.ts"),
  doctor: () => import("./commands/doctor.ts"),
  resume: () => import("./commands/resume.ts"),
  verify: () => import("./commands/verify.ts"),
  reconcile: () => import("./commands/reconcile.ts"),
  cleanup: () => import("./commands/cleanup.ts"),
  report: () => import("./commands/report.ts"),
  repeat: () => import("./commands/repeat.ts"),
  calibrate: () => import("./commands/calibrate.ts"),
  search: () => import("./commands/search.ts"),
  compare: () => import("./commands/compare.ts"),
  conformance: () => import("./commands/conformance.ts"),
  "upgrade-check": () => import("./commands/upgrade-check.ts"),
  selftest: () => import("./commands/selftest.ts"),
  simulate: () => import("./commands/simulate.ts"),
  validate: () => import("./commands/validate.ts"),
  schema: () => import("./commands/schema.ts"),
};

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
  try {
    for (const { add } of await commandsFor(args)) add(program, exit);
    await program.parseAsync();
    return exitCode;
  } catch (error) {
    return showError(error);
  }
}

/** The one that is named; all of them for the help, or to say which was meant. */
function commandsFor([first = ""]: readonly string[]): Promise<readonly { readonly add: AddCommand }[]> {
  const named = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  return Promise.all(named === undefined ? Object.values(COMMANDS).map((load) => load()) : [named()]);
}
