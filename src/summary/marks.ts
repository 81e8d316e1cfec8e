import type { MarkRecord, MarkSummary, Recovery } from "../model/mark.ts";
import type { TimelineSpan } from "../model/timeline.ts";
import { us, usFromMs } from "../model/units.ts";
import { recoveryOf } from "./recovery.ts";
import { sortedRoundTrips } from "./round-trips.ts";
import type { SecondTallies } from "./second-tally.ts";

export interface MarkedRun {
  readonly spans: readonly TimelineSpan[];
  /** By the plan the rate of each phase is steady, and nobody changed it. */
  readonly steady: boolean;
}

/** The marks of a run that began at `startedAt` (ISO 8601), on its time axis; undefined: there is none. */
export function marksOf(
  records: readonly MarkRecord[],
  startedAt: string,
  tallies: SecondTallies,
  { spans, steady }: MarkedRun,
): readonly MarkSummary[] | undefined {
  if (records.length === 0) return undefined;
  const load = spans.filter(({ kind }) => kind === "phase");
  const from = Math.ceil(Math.min(...load.map((span) => span.from)));
  const until = Math.floor(Math.max(...load.map((span) => span.to)));
  const second = (index: number) => {
    const tally = tallies.get(index);
    return {
      provisioned: tally?.counts.provisioned ?? 0,
      ...(steady ? { planned: tally?.counts.planned ?? 0 } : {}),
      roundTrips: sortedRoundTrips([...(tally?.roundTrips.values() ?? [])]),
    };
  };
  return records.map(({ at, text, command }) => {
    const time = us(usFromMs(Date.parse(at) - Date.parse(startedAt)));
    const recovery: Recovery =
      load.length === 0 ? { state: "unknown", why: "there was no load" } : recoveryOf(time, { from, until, second });
    return { at: time, text, ...(command === undefined ? {} : { command }), recovery };
  });
}
