import type { Signal } from "../model/summary.ts";
import { type Us, us } from "../model/units.ts";
import { valueAtRank } from "../record/histograms.ts";
import { formatNumber, formatTime } from "../writing/notation.ts";
import { type BackgroundTally, measuredIn } from "./background-tally.ts";
import type { PlanFacts } from "./plan-facts.ts";
import { rankOf } from "./quantiles.ts";
import { gradeAbove } from "./validity.ts";
import { LIMITS } from "./validity-limits.ts";

/** Whether the messages of a background left at their times in the measured phases, by the rule for arrivals; none where there is none. */
export function backgroundSignals({ plan }: PlanFacts, tally: BackgroundTally): readonly Signal[] {
  const { background } = plan;
  if (background === undefined) return [];
  const lateness = measuredIn(tally, plan.phases, (stage) => stage.lateness);
  const gap = Math.max(background.every / Math.max(1, background.devices), LIMITS.lateness.floor);
  const p99: Us = valueAtRank(lateness, rankOf(lateness.count, 0.99)) ?? us(0);
  const than = `the mean gap between messages or ${formatTime(LIMITS.lateness.floor)}`;
  return [
    {
      name: "background lateness p99",
      grade: gradeAbove(p99 / gap, LIMITS.lateness),
      measured:
        lateness.count === 0
          ? "no message in a measured phase"
          : `${formatTime(p99)}, ${formatNumber(p99 / gap)} times ${formatTime(us(Math.round(gap)))}`,
      degradedAbove: `${LIMITS.lateness.degraded} times ${than}`,
      voidAbove: `${LIMITS.lateness.void} times ${than}`,
    },
  ];
}
