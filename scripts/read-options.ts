import process from "node:process";
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";

/**
 * The options of a tool of this checkout. `--help` prints `usage` and ends the process with 0; a mistake is told in one line before
 * it, and ends it with 2.
 */
export function readOptions<const Options extends ParseArgsOptionsConfig>(options: Options, usage: string) {
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: "boolean", short: "h" } } });
    if (!("help" in values) || values.help !== true) return parseArgs({ options }).values;
    process.stdout.write(usage);
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error), usage);
  }
  return process.exit();
}

/** Ends the process with 2, and says why. */
export function fail(mistake: string, usage: string): never {
  process.stderr.write(`${mistake}\n\n${usage}`);
  return process.exit(2);
}

/** `text`, an option's value, as a number above 0. */
export function readNumber(text: string, option: string, usage: string): number {
  const number = Number(text);
  return Number.isFinite(number) && number > 0 ? number : fail(`--${option} ${text}: write a number above 0`, usage);
}
