import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import type { Voice } from "../world.ts";

/** Says what went wrong: a mistake as message and hint, anything else with its stack; gives the exit code. */
export function sayError({ warn }: Pick<Voice, "warn">, error: unknown): ExitCode {
  if (error instanceof RollcallError) {
    warn(`rollcall: ${error.message}`);
    if (error.hint !== "") warn(error.hint);
    return error.exitCode;
  }
  warn("rollcall: this is a bug in rollcall, please report it with the lines below.");
  warn(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.bug;
}
