import { basename, delimiter, dirname, relative, resolve, sep } from "node:path";
import { PROGRAM_NAME } from "../writing/typed-command.ts";

interface Started {
  /** The file that Node was given. */
  readonly script: string | undefined;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Where a user's next command is typed. */
  readonly folder: string;
}

/**
 * What this user types to start the program again. npm (`npx`, `npm start`, a script of a package) has put its folder of
 * commands on the path for this process alone: `npx rollcall` finds the same program, in a checkout, in a folder where the
 * package is installed, and where it is installed for all.
 */
export function programName({ script, variables, folder }: Started): string {
  if ((variables["npm_command"] ?? "") !== "") return `npx ${PROGRAM_NAME}`;
  if (script === undefined) return PROGRAM_NAME;
  const onPath = (variables["PATH"] ?? "").split(delimiter).some((each) => resolve(each) === dirname(script));
  if (basename(script) === PROGRAM_NAME && onPath) return PROGRAM_NAME;
  const near = relative(folder, script);
  const shown = near.startsWith("..") ? script : near;
  if (shown.endsWith(".mjs")) return `node ${shown}`;
  return shown.includes(sep) ? shown : `./${shown}`;
}
