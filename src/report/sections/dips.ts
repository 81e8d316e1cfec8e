import type { DipSummary } from "../../model/mark.ts";
import type { Summary } from "../../model/summary.ts";
import { formatCount, formatDuration, formatPercent } from "../../writing/notation.ts";
import type { Sheet } from "../../writing/sheet.ts";
import { printable } from "../../writing/text-width.ts";
import { recoveryText } from "./marks.ts";

/** Where the load was served worse than before, though nobody marked anything. */
export function dipsSection({ dips = [] }: Summary, sheet: Sheet): readonly string[] {
  if (dips.length === 0) return [];
  return [...sheet.title("DIPS", DIPS_ABOUT), ...sheet.facts(dipFacts(dips)), ...sheet.prose(dipsNote(dips), "quiet")];
}

export const DIPS_ABOUT = "when the load was served worse than before, though nothing was marked";

const MOST = 10;

export function dipFacts(dips: readonly DipSummary[]): readonly (readonly [when: string, what: string])[] {
  return dips.slice(0, MOST).map((dip) => [formatDuration(dip.at), dipText(dip)] as const);
}

function dipText({ kind, phase, started, recovery }: DipSummary): string {
  const what = kind === "fewer" ? "fewer devices were provisioned" : "answers took longer";
  const own =
    started === undefined
      ? ""
      : `; only ${formatPercent(started)} of the devices that were due were started: the cause may be this machine, or the limit of devices in flight (maxInFlight)`;
  return `${printable(phase)}: ${what}; ${recoveryText(recovery)}${own}`;
}

export function dipsNote({ length }: readonly DipSummary[]): string {
  const more = length > MOST ? `${formatCount(length - MOST)} more are in summary.json. ` : "";
  return `${more}As before: for 5 s without a break, 90 % of the devices that were due are provisioned, and the round trip p90 is within 1.2 times of what it was in the 30 s before.`;
}
