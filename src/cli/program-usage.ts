import { wrapText } from "../writing/text-width.ts";
import { COMMANDS } from "./command-list.ts";
import type { CommandGroup } from "./commands/command.ts";

/** What each group's heading says, in order. */
const HEADINGS: Readonly<Record<CommandGroup, string>> = {
  run: "RUN  make load",
  judge: "JUDGE  what came of it",
  server: "SERVER  what must be there before, and what is left",
  instrument: "INSTRUMENT  scenarios, and rollcall itself",
};

export const EXIT_CODES =
  "Exit codes: 0 pass, 1 bug, 2 usage, scenario or a problem of the doctor, 3 threshold missed, 4 roll call failed, " +
  "5 generator unhealthy (do not trust the numbers), 6 undecided (too few runs to tell), 130 interrupted. Of several: " +
  "5, then 4, 3, 6.";

const INDENT = "  ";
const GAP = "  ";

/** What the program's help says above its options: every command, by what it is for. `width`: in columns. */
export function programUsage(width: number): string {
  const listed = Object.values(COMMANDS);
  const column = Math.max(...listed.map(({ usage }) => usage.length));
  const lines = Object.entries(HEADINGS).flatMap(([group, heading]) => [
    heading,
    ...listed.filter((each) => each.group === group).flatMap(({ usage, describe }) => rowOf(usage, describe)),
    "",
  ]);
  return [
    "$0 <command>",
    "",
    "Load-tests the provisioning of a device fleet on ThingsBoard, then calls the roll.",
    "",
    ...lines,
    "rollcall <command> --help has examples and every option; rollcall explain <word> says what an exit code or a verdict means.",
  ].join("\n");

  function rowOf(usage: string, describe: string): readonly string[] {
    const room = Math.max(20, width - INDENT.length - column - GAP.length);
    return wrapText(describe, room).map(
      (part, index) => INDENT + (index === 0 ? usage : "").padEnd(column) + GAP + part,
    );
  }
}
