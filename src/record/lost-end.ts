import { endsByTime } from "../model/devices-of.ts";
import type { Phase } from "../model/plan.ts";
import type { JournalCondition } from "./journal-condition.ts";

interface Shares {
  readonly phases: readonly (Pick<Phase, "firstSeq" | "devices"> & Partial<Pick<Phase, "shape">>)[];
  readonly generators: number;
}

/**
 * Of a journal, is only the line with the end of this phase lost? Its footer then counts as many lines more as there are phases
 * without an end that must have had one, because not all of their devices were claimed: every other line is there, with an outcome for
 * each device that was started.
 */
export function hasLostItsEnd({ phases, generators }: Shares, condition: JournalCondition, index: number): boolean {
  const { footer, entries, linesAfterFooter, foreign, doubled, repeated, unclaimed } = condition;
  if (footer?.state !== "complete" || footer.lost !== undefined) return false;
  if (linesAfterFooter + foreign + doubled + repeated + unclaimed > 0) return false;
  const endless = (phase: Shares["phases"][number], at: number): boolean =>
    endsByTime(phase) &&
    !condition.endedAt.has(at) &&
    condition.claimedThrough + generators < phase.firstSeq + phase.devices;
  const phase = phases[index];
  return phase !== undefined && endless(phase, index) && footer.entries - entries === phases.filter(endless).length;
}
