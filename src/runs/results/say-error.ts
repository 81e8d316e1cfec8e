import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import type { Voice } from "../world.ts";

/** Says what went wrong: a mistake as message and hint, anything else with its stack; gives the exit code. */
export function sayError({ warn }: Pick<Voice, "warn">, error: unknown): ExitCode {
  if (error instanceof RollcallError) {
    warn(`rollcall: ${error.message}`);
    if (error.hint !== "") warn(error.hint);
    return error.exitCode;
  }
  if (isOfTheDisk(error)) {
    const path = "path" in error && typeof error.path === "string" ? error.path : "";
    const what = path === "" || error.message.includes(path) ? "A file" : path;
    warn(`rollcall: ${what} cannot be written: ${error.message}.`);
    warn("What was to be written is not there. Free some space, or name a place that this user may write to.");
    // Not 2, which says that nothing was sent.
    return EXIT.unhealthy;
  }
  warn("rollcall: this is a bug in rollcall, please report it with the lines below.");
  warn(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT.bug;
}

/** Full, read-only, not ours to write to, or broken: what a file system may say at any time is no bug. */
const DISK_CODES: readonly unknown[] = ["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EIO"];
const WRITING: readonly unknown[] = ["open", "write", "mkdir", "rename", "fsync", "ftruncate", "copyfile", "unlink"];

function isOfTheDisk(error: unknown): error is Error {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return false;
  return DISK_CODES.includes(error.code) && WRITING.includes(error.syscall);
}
