import type { CommandRecord, MarkSummary, Recovery } from "../../model/mark.ts";
import { usFromMs } from "../../model/units.ts";
import type { Summary } from "../../model/summary.ts";
import { formatDuration, formatPercent } from "../../writing/notation.ts";
import type { Sheet } from "../../writing/sheet.ts";
import { printable } from "../../writing/text-width.ts";

/** What was marked while the run was under way, and how the load was served after it. */
export function marksSection({ marks = [] }: Summary, sheet: Sheet): readonly string[] {
  if (marks.length === 0) return [];
  return [...sheet.title("MARKS", MARKS_ABOUT), ...sheet.facts(markFacts(marks)), ...sheet.prose(AS_BEFORE, "quiet")];
}

export const MARKS_ABOUT = "what happened when, and the time until the load was served as before";
export const AS_BEFORE =
  "As before: for 5 s without a break, the rate is at least 90 % of its median in the 30 s before the mark, and the round trip p90 at most 1.2 times what it was.";

export function markFacts(marks: readonly MarkSummary[]): readonly (readonly [when: string, what: string])[] {
  return marks.map((mark) => [formatDuration(mark.at), markText(mark)] as const);
}

function markText({ text, command, recovery }: MarkSummary): string {
  return `${printable(text)}${command === undefined ? "" : ` (${commandText(command)})`}: ${recoveryText(recovery)}`;
}

/** What the scenario's command did; what it printed only where it did not succeed. */
function commandText({ ended, succeeded = false, took = 0, output = "" }: CommandRecord): string {
  if (ended === undefined) return "its command had not ended when the run did";
  const printed = succeeded || output === "" ? "" : `; it printed: ${printable(output)}`;
  return `its command: ${ended} after ${formatDuration(usFromMs(took))}${printed}`;
}

export function recoveryText(recovery: Recovery): string {
  switch (recovery.state) {
    case "no-dip":
      return "served as before all the time";
    case "recovered":
      return `served as before again after ${formatDuration(recovery.after)}; the rate fell by ${formatPercent(recovery.depth)}`;
    case "not-recovered":
      return `NOT served as before until the load ended, ${formatDuration(recovery.watched)} later; the rate fell by ${formatPercent(recovery.depth)}`;
    case "unknown":
      return `not known: ${recovery.why}`;
  }
}
