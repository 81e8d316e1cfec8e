import type { MachineSummary, Validity } from "../model/summary.ts";
import type { Us } from "../model/units.ts";
import { addHistogram, createHistogram } from "../record/histograms.ts";
import { hasEnd } from "../record/journal-condition.ts";
import type { MemberRecord } from "../record/members-file.ts";
import { conditionOf, shareIn } from "../record/standings.ts";
import { worseClock } from "./clock-tally.ts";
import { createGeneratorTally, type GeneratorTally } from "./generator-tally.ts";
import { quantileOf } from "./quantile-of.ts";
import { ratePerSecond } from "./rate-per-second.ts";
import type { RunTally } from "./run-tally.ts";
import { tighter, UNKNOWN } from "./tightest.ts";
import { worstOf } from "./validity.ts";

/** Each machine's share of a run that several made, one that left nothing behind included. */
export function machinesOf(
  members: readonly MemberRecord[],
  tally: RunTally,
  validity: Validity["generators"],
  measured: Us,
): readonly MachineSummary[] {
  return members.map(({ name, host, cores, shards }) => {
    const own = shards.map((index) => [index, tally.generators.get(index) ?? createGeneratorTally()] as const);
    const lost = shards.filter((index) => !hasEnd(conditionOf(tally.standings, index)));
    const roundTrips = createHistogram();
    for (const [, generator] of own)
      if (generator.roundTrips !== undefined) addHistogram(roundTrips, generator.roundTrips);
    return {
      name,
      host,
      cores,
      generators: shards,
      lostGenerators: lost,
      devices: sum(shards, (index) => shareIn(tally.standings, index)),
      provisioned: sum(own, ([, generator]) => generator.provisioned),
      unreported: sum(
        shards,
        (index) => shareIn(tally.standings, index) - conditionOf(tally.standings, index).outcomes,
      ),
      roundTrip: { count: roundTrips.count, p50: quantileOf(roundTrips, 0.5), p99: quantileOf(roundTrips, 0.99) },
      perSecond: ratePerSecond(roundTrips.count, measured),
      tightest: own.map(([, { tightest }]) => tightest).reduce(tighter, UNKNOWN),
      clock: clockOf(own.map(([, generator]) => generator)),
      grade: worstOf(validity.filter(({ generator }) => shards.includes(generator)).map(({ grade }) => grade)),
    };
  });
}

function clockOf(generators: readonly GeneratorTally[]): MachineSummary["clock"] {
  let worst: MachineSummary["clock"] = null;
  for (const { clock } of generators) if (clock !== undefined) worst = worseClock(worst ?? undefined, clock);
  return worst;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
