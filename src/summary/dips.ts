import type { DipSummary } from "../model/mark.ts";
import { us, usFromSeconds } from "../model/units.ts";
import { afterDip, LEAST_ADDED_UP } from "./after-dip.ts";
import { addUp, createSums, reached } from "./cumulative-sums.ts";
import { createLevel, type LoadSecond, type SteadyLoad } from "./level-before.ts";
import { range, RATE } from "./served-windows.ts";

/** What must add up: two seconds of the load, and at no rate fewer devices. */
const ADDED_UP_S = 2;

/**
 * Stretches of a load that were served worse than before: Page's cumulative sum test (1954). Of each second it is added up how
 * many devices are missing to 90 % of what was due, and how many took longer than 1.2 times the p90 before, beyond three in
 * ten; a sum is never less than nothing. A dip is where one comes to two seconds of the load (50 devices at least), and it
 * began where that sum was last nothing. Due is what was planned in that second, by the share of the planned that was
 * provisioned in the 30 s before: arrivals by chance are no dip.
 */
export function dipsOf(load: SteadyLoad, phase: string): readonly DipSummary[] {
  const dips: DipSummary[] = [];
  const past = createLevel(load.second);
  let sums = createSums(load.from);
  for (let at = load.from; at < load.until; at += 1) {
    const before = past.level();
    past.saw(at);
    if (before === undefined) sums = createSums(at + 1);
    else addUp(sums, load.second(at), { at, before });
    if (sums.fewer.missing === 0 && sums.slower.missing === 0) past.wasAsBefore();
    if (before === undefined) continue;
    const kind = reached(sums, Math.max(LEAST_ADDED_UP, ADDED_UP_S * before.rate));
    if (kind === undefined) continue;
    const { start } = sums[kind];
    const { again, recovery } = afterDip(load, before, { start, seen: at });
    const started = startedOf(range(start, again ?? load.until).map(load.second));
    dips.push({
      at: us(usFromSeconds(start)),
      phase,
      kind,
      ...(started === undefined ? {} : { started }),
      recovery,
    });
    if (again === undefined) break;
    past.forget();
    sums = createSums(again);
    at = again - 1;
  }
  return dips;
}

/** Undefined: nearly all, so that what is seen is the target's. */
function startedOf(seconds: readonly LoadSecond[]): number | undefined {
  const [planned, started] = [
    seconds.reduce((total, second) => total + second.planned, 0),
    seconds.reduce((total, second) => total + second.started, 0),
  ];
  return planned === 0 || started >= RATE * planned ? undefined : started / planned;
}
