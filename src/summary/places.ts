import type { PlaceSummary, SpreadFacts } from "../model/place-summary.ts";
import type { RecordedPlan } from "../model/plan.ts";
import { placeName } from "../model/target.ts";
import type { Us } from "../model/units.ts";
import { mostFrequent } from "./counts.ts";
import { outagesOf } from "./outages.ts";
import type { PlaceTallies, PlaceTally } from "./place-tally.ts";
import { quantileOf } from "./quantile-of.ts";
import { ratePerSecond } from "./rate-per-second.ts";

/** In the order of the plan, those behind which a name server named later; undefined: all went to one place. */
export function placesOf(
  { target }: Pick<RecordedPlan, "target">,
  tallies: PlaceTallies,
  { measured, asked }: { readonly measured: Us; readonly asked: boolean },
): readonly PlaceSummary[] | undefined {
  if (tallies.size === 0) return undefined;
  const planned = (target.hosts ?? []).map(placeName);
  const later = [...tallies.keys()].filter((name) => !planned.includes(name)).toSorted();
  return [...planned, ...later].flatMap((place) => {
    const tally = tallies.get(place);
    return tally === undefined ? [] : [placeOf(place, tally, measured, asked)];
  });
}

function placeOf(place: string, tally: PlaceTally, measured: Us, asked: boolean): PlaceSummary {
  const { provisioned, rejected, failed, aborted } = tally.counts;
  return {
    place,
    devices: provisioned + rejected + failed + aborted,
    provisioned,
    rejected,
    failed,
    aborted,
    failures: mostFrequent(tally.failures).map(([kind, count]) => ({ kind, count })),
    perSecond: ratePerSecond(tally.measured, measured),
    roundTrip: {
      count: tally.roundTrips.count,
      p50: quantileOf(tally.roundTrips, 0.5),
      p99: quantileOf(tally.roundTrips, 0.99),
    },
    unknown: tally.unknown,
    ghosts: asked ? tally.ghosts : null,
    outages: outagesOf(tally.seconds),
  };
}

/** Undefined: there was nothing to share out. */
export function spreadOf({ target }: Pick<RecordedPlan, "target">): SpreadFacts | undefined {
  const { hosts = [], spread = "round-robin", dns } = target;
  const follow = dns?.follow === true;
  if (hosts.length < 2 && !follow) return undefined;
  return { how: spread, reproducible: spread !== "least-in-flight" && !follow };
}
