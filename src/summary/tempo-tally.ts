import type { TempoChange } from "../model/tempo.ts";
import type { Summary } from "../model/summary.ts";
import { type Us, usFromSeconds } from "../model/units.ts";

/** What a user changed while the load went on, as the journals have it: one change from each generator. Merging adds up. */
export type TempoTally = Map<string, TempoChange>;

/** A generator that heard of a change late made it late. */
const SAME: Us = usFromSeconds(2);

export function addTempo(tally: TempoTally, { at, speed }: TempoChange): void {
  tally.set(`${at} ${speed}`, { at, speed });
}

export function mergeTempo(into: TempoTally, from: TempoTally): void {
  for (const [key, change] of from) into.set(key, change);
}

/** Each change once, at the first instant that a generator made it; undefined where there was none. */
export function tempoOf(tally: TempoTally): Summary["tempo"] {
  if (tally.size === 0) return undefined;
  const changes: TempoChange[] = [];
  for (const change of [...tally.values()].toSorted((a, b) => a.at - b.at || a.speed - b.speed)) {
    const last = changes.at(-1);
    const again = last?.speed === change.speed && change.at - last.at < SAME;
    if (!again) changes.push(change);
  }
  return changes;
}
