/** The program's name, where nothing says by what it was started. */
export const PROGRAM_NAME = "rollcall";

/** Every command; a test holds them equal to those of the command line. */
export const COMMAND_NAMES: readonly string[] = (
  "init run resume repeat search worker mark collect report view label export prune compare baseline verify conformance " +
  "upgrade-check doctor setup reconcile cleanup validate schema simulate explain completion calibrate selftest"
).split(" ");

const COMMAND = new RegExp(`(?<![\\w./-]|npx )rollcall (?=(?:${COMMAND_NAMES.join("|")})(?![\\w-]))`, "g");

/**
 * `text` with every command in it as a person types it who started the program as `program`: in a checkout there is no
 * `rollcall` on the path, but `npx rollcall`.
 */
export function asTyped(text: string, program: string = PROGRAM_NAME): string {
  return program === PROGRAM_NAME ? text : text.replaceAll(COMMAND, () => `${program} `);
}
