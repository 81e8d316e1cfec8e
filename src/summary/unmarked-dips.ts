import type { DipSummary, MarkSummary } from "../model/mark.ts";
import type { Shape } from "../model/plan.ts";
import type { TempoChange } from "../model/tempo.ts";
import { type Us, usFromSeconds } from "../model/units.ts";
import { dipsOf } from "./dips.ts";
import type { PhaseResult } from "./figures.ts";
import type { LoadSecond } from "./level-before.ts";
import { BEGINS_WITHIN_S } from "./served-windows.ts";
import type { SecondTallies } from "./second-tally.ts";

/** Who marks a node's death may do so a moment after it. */
const MARKED_LATE: Us = usFromSeconds(2);

/**
 * The dips of the measured phases whose planned rate is steady, each held against what came before it in the same phase, and at
 * the same pace where a user changed that. Those that are told with a mark are left out.
 */
export function unmarkedDips(
  measured: readonly PhaseResult[],
  tallies: SecondTallies,
  {
    marks = [],
    tempo = [],
  }: { readonly marks?: readonly MarkSummary[] | undefined; readonly tempo?: readonly TempoChange[] | undefined },
): readonly DipSummary[] {
  const changes = tempo.map(({ at }) => at / usFromSeconds(1));
  const found = measured.flatMap(({ index, phase, tally }) => {
    const { first, last } = tally.arrivals.intended;
    if (!isSteady(phase.shape) || first > last) return [];
    const second = (at: number): LoadSecond => secondOf(tallies, at, index);
    const [begins, ends] = [first / usFromSeconds(1), last / usFromSeconds(1)];
    const cuts = [begins, ...changes.filter((at) => at > begins && at < ends), ends];
    return cuts
      .slice(1)
      .flatMap((to, cut) => dipsOf({ from: Math.ceil(cuts[cut] ?? to), until: Math.floor(to), second }, phase.name));
  });
  return found.filter(({ at }) => !marks.some((mark) => isToldWith(mark, at)));
}

/** Whether as many are planned in each second. */
export function isSteady({ kind }: Shape): boolean {
  return kind === "constant" || kind === "poisson";
}

function isToldWith(mark: MarkSummary, at: Us): boolean {
  const { state } = mark.recovery;
  const told = state === "recovered" || state === "not-recovered";
  return told && at >= mark.at - MARKED_LATE && at <= mark.at + usFromSeconds(BEGINS_WITHIN_S);
}

function secondOf(tallies: SecondTallies, at: number, phase: number): LoadSecond {
  const tally = tallies.get(at);
  const { planned = 0, started = 0, provisioned = 0, rejected = 0, failed = 0 } = tally?.counts ?? {};
  const roundTrips = tally?.roundTrips.get(phase);
  return {
    planned,
    started,
    provisioned,
    ended: provisioned + rejected + failed,
    roundTrips: roundTrips?.values.subarray(0, roundTrips.count) ?? new Uint32Array(0),
  };
}
