import yargs from "yargs";
import { EXIT, type ExitCode, RollcallError } from "../model/error.ts";
import { ROLLCALL_VERSION } from "../model/version.ts";
import { isTargetUrl } from "../scenario/sketch.ts";
import { addCommands } from "./command-list.ts";
import { WATCH_OPTION } from "./commands/watch-options.ts";
import { asksForHelp, programHelp, WIDEST_HELP } from "./program-help.ts";
import { EXIT_CODES, programUsage } from "./program-usage.ts";
import { sayError } from "../runs/results/say-error.ts";
import { type Io, ownIo, tolerateClosedPipes } from "./streams.ts";
import { wrongNumber } from "./numbers.ts";
import { givenTwice, ParseError, usageError } from "./usage-error.ts";
import { createWorld } from "./world.ts";

const WHICH = "There is no command.";

/** What the parser knows of a command's options: the names of those that are lists, and numbers. */
interface ParserOptions {
  readonly array?: readonly string[];
  readonly number?: readonly string[];
}

/** Parses the command line and runs one command. Never rejects: what goes wrong is printed, and is the exit code. */
export async function run(typed: readonly string[], io: Io = ownIo()): Promise<ExitCode> {
  const args = withBareOptions(withNegativeValues(typed));
  tolerateClosedPipes(io);
  // A simulator is started in the background of one step of a CI job, for the next one.
  const world = createWorld(io, { background: args[0] === "simulate" });
  const { voice } = world;
  if (asksForHelp(typed)) {
    await voice.say(programHelp(io.stdout));
    return EXIT.pass;
  }
  const program = yargs([...args])
    .scriptName("rollcall")
    // All that is said is in one language, whatever the environment asks for.
    .locale("en")
    // A dot in an option would make a tree of it: --set.x=y is no way to say --set x=y.
    .parserConfiguration({ "dot-notation": false })
    .version(ROLLCALL_VERSION)
    .help()
    .alias("help", "h")
    .epilogue(EXIT_CODES)
    .strict()
    .recommendCommands()
    .demandCommand(1, WHICH)
    .check((parsed, { array: lists = [], number: numbers = [] }: ParserOptions) => {
      const number = wrongNumber(parsed, numbers, args);
      if (number !== undefined) throw new RollcallError("usage", number.message, number.hint);
      const twice = givenTwice(parsed, [WATCH_OPTION, ...lists], args);
      if (twice !== undefined) throw new ParseError(twice);
      return true;
    })
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      // yargs speaks of the command line in `message`; an `error` is one that a command threw.
      if (error === undefined || error.name === "YError") throw new ParseError(message ?? "The command line is wrong.");
      throw error;
    });
  const width = Math.min(WIDEST_HELP, program.terminalWidth());
  // In a pipe there is no width: options stay whole, and the list of commands is as wide as it gets.
  program.wrap(width).usage(programUsage(width > 0 ? width : WIDEST_HELP));
  try {
    await addCommands(program, args, world, (command) => {
      throw new Chosen(command);
    });
    // With a callback, yargs hands its help and version over instead of writing to the console.
    let help = "";
    await program.parseAsync([...args], {}, (_error, _parsed, text) => {
      help = text;
    });
    if (help !== "") await voice.say(help);
    return EXIT.pass;
  } catch (error) {
    if (error instanceof Chosen) return carryOut(error.command);
    if (!(error instanceof ParseError)) return sayError(voice, error);
    if (error.message === WHICH) {
      voice.warn(`${programHelp(io.stderr)}\n`);
      return sayError(voice, new RollcallError("usage", WHICH, ""));
    }
    return sayError(voice, usageError(error.message, args, await program.getHelp()));
  }

  async function carryOut(command: () => Promise<ExitCode>): Promise<ExitCode> {
    try {
      return await command();
    } catch (error) {
      return sayError(voice, error);
    }
  }
}

/**
 * What the command line asks for, thrown out of yargs: where a command is done inside of it, yargs first lays out the whole help of the
 * command, for an error that it might be asked to print, which takes some 20 ms of processor time.
 */
class Chosen extends Error {
  readonly command: () => Promise<ExitCode>;

  constructor(command: () => Promise<ExitCode>) {
    super("a command was chosen");
    this.name = "Chosen";
    this.command = command;
  }
}

/**
 * Options whose value may be left out may stand before the scenario: a YAML file or an address is no release, and no place for
 * secrets; and what is no number is no port.
 */
function withBareOptions(args: readonly string[]): readonly string[] {
  return args.map((arg, index) => {
    const next = args[index + 1] ?? "";
    if (["--simulate", "--generate"].includes(arg) && isScenario(next)) return `${arg}=`;
    return arg === "--dashboard" && !/^\d+$/.test(next) ? "--dashboard=0" : arg;
  });
}

/** `--wait -3s` is a time that is wrong, and no options -3 and -s; of a number alone the parser knows. */
function withNegativeValues(args: readonly string[]): readonly string[] {
  const isValue = (at: number): boolean => /^-\d.*\D/.test(args[at] ?? "") && /^--[a-z][^=]*$/.test(args[at - 1] ?? "");
  return args.flatMap((arg, at) => (isValue(at) ? [] : isValue(at + 1) ? [`${arg}=${args[at + 1]}`] : [arg]));
}

function isScenario(word: string): boolean {
  return /\.ya?ml$/.test(word) || isTargetUrl(word);
}
