import type { GroupSummary } from "../model/group-summary.ts";
import { devicesAreCeiling } from "../model/devices-of.ts";
import type { RecordedPlan } from "../model/plan.ts";
import { urlOf } from "../model/target.ts";
import type { Us } from "../model/units.ts";
import { mostFrequent } from "./counts.ts";
import { type GroupTallies, groupIn } from "./group-tally.ts";
import { latenciesOf } from "./latency-tally.ts";
import { ratePerSecond } from "./rate-per-second.ts";

interface GroupCircumstances {
  /** The time that the measured phases took. */
  readonly measured: Us;
  /** Whether an administrator was. */
  readonly asked: boolean;
  /** Of the whole run. */
  readonly unreported: number;
}

/** In the order of the plan; undefined: it has no groups. */
export function groupsOf(
  plan: Pick<RecordedPlan, "target" | "fleet" | "groups" | "phases" | "rollCall">,
  tallies: GroupTallies,
  { measured, asked, unreported }: GroupCircumstances,
): readonly GroupSummary[] | undefined {
  const byTime = devicesAreCeiling(plan);
  return plan.fleet.groups?.map(({ name, count }, index): GroupSummary => {
    const { counts, failures, measured: own } = groupIn(tallies, index);
    const { dropped, provisioned, rejected, failed, aborted, connected, mute, refused, unreachable } = counts;
    const started = provisioned + rejected + failed + aborted;
    const { due } = own.arrivals;
    // A load that ends by time plans what it came to; which devices a lost generator came to is not known by group.
    const planned = byTime ? (unreported > 0 ? null : started + dropped) : count;
    return {
      group: name,
      url: urlOf(plan.groups?.[index]?.target ?? plan.target),
      planned,
      started,
      dropped,
      unreported: planned === null ? null : Math.max(0, planned - started - dropped),
      provisioned,
      rejected,
      failed,
      aborted,
      connected,
      ...(plan.rollCall.proof === undefined ? {} : { mute }),
      refused,
      unreachable,
      uncalled: Math.max(0, provisioned - connected - mute - refused - unreachable),
      failures: mostFrequent(failures).map(([kind, of]) => ({ kind, count: of })),
      unknown: counts.unknown,
      ghosts: asked ? counts.ghosts : null,
      failureRate: due === 0 ? null : (own.counts.rejected + own.counts.failed + own.counts.droppedByCap) / due,
      perSecond: ratePerSecond(own.counts.provisioned, measured),
      latencies: latenciesOf(own.latencies),
    };
  });
}
