import type { RecordedPlan } from "../model/plan.ts";
import type { GroupTimeline, Timeline } from "../model/timeline.ts";
import { type GroupSecond, type GroupTallies, groupIn } from "./group-tally.ts";
import { type Windows, windowOf } from "./windows.ts";

/** A plan's groups, and what became of the devices of each. */
export interface GroupedTallies {
  readonly groups: RecordedPlan["fleet"]["groups"];
  readonly tallies: GroupTallies;
}

/** In the order of the plan; nothing where there are no groups. */
export function groupTimelines(
  { groups, tallies }: GroupedTallies,
  windows: Windows,
): Partial<Pick<Timeline, "groups">> {
  if (groups === undefined) return {};
  return {
    groups: groups.map(({ name }, index): GroupTimeline => {
      const { seconds } = groupIn(tallies, index);
      const over = (count: keyof GroupSecond): readonly number[] => {
        const counts = Array.from({ length: windows.count }, () => 0);
        for (const [second, each] of seconds) {
          const at = windowOf(windows, second);
          if (counts[at] !== undefined) counts[at] += each[count];
        }
        return counts;
      };
      return { group: name, provisioned: over("provisioned"), rejected: over("rejected"), failed: over("failed") };
    }),
  };
}
