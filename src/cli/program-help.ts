import { wrapText } from "../writing/text-width.ts";
import { EXIT_CODES, programUsage } from "./program-usage.ts";

/** Of the help, in columns; in a pipe its texts have no width of their own. */
export const WIDEST_HELP = 110;

/** What `rollcall --help` prints. Made without the parser of the command line, which takes longer to load than all of this. */
export function programHelp({ isTTY, columns }: { readonly isTTY?: boolean; readonly columns?: number }): string {
  const width = isTTY === true ? Math.min(WIDEST_HELP, columns ?? WIDEST_HELP) : undefined;
  const fit = (text: string): readonly string[] => (width === undefined ? [text] : wrapText(text, width));
  return [
    ...programUsage(width ?? WIDEST_HELP)
      .replaceAll("$0", () => "rollcall")
      .split("\n")
      // The list of commands is as wide as it gets already.
      .flatMap((line) => (line.startsWith(" ") ? [line] : fit(line))),
    "",
    "Options:",
    "      --version  Show version number  [boolean]",
    "  -h, --help     Show help  [boolean]",
    "",
    ...fit(EXIT_CODES),
  ].join("\n");
}

/** Whether this is all that is asked for. */
export function asksForHelp(typed: readonly string[]): boolean {
  return typed.length === 1 && (typed[0] === "--help" || typed[0] === "-h");
}
