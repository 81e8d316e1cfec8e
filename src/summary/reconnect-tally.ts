import type { ReconnectEntry } from "../model/outcome.ts";
import type { ReconnectSummary } from "../model/retry-summary.ts";
import { secondsFromUs, us } from "../model/units.ts";
import { createHistogram, type Histogram, recordValue } from "../record/histograms.ts";
import { addTo, mostFrequent } from "./counts.ts";
import { sumOf } from "./arrivals.ts";
import { attemptTimesOf } from "./retry-tally.ts";

/** Logins of devices whose held session was lost. Merging adds up. */
export interface ReconnectTally {
  attempts: number;
  back: number;
  refused: number;
  times: Histogram | undefined;
  /** Logins by the second of the run in which they started. */
  readonly seconds: Map<number, number>;
}

export function createReconnectTally(): ReconnectTally {
  return { attempts: 0, back: 0, refused: 0, times: undefined, seconds: new Map() };
}

export function addReconnect(tally: ReconnectTally, { lost, started, marks, ended, verdict }: ReconnectEntry): void {
  tally.attempts += 1;
  addTo(tally.seconds, Math.floor(secondsFromUs(started)), 1);
  if (verdict.state === "refused") tally.refused += 1;
  if (verdict.state !== "connected") return;
  tally.back += 1;
  recordValue((tally.times ??= createHistogram()), us((marks.admitted ?? ended) - lost));
}

export function mergeReconnects(into: ReconnectTally, from: ReconnectTally): void {
  into.attempts += from.attempts;
  into.back += from.back;
  into.refused += from.refused;
  into.times = sumOf(into.times, from.times);
  for (const [second, count] of from.seconds) addTo(into.seconds, second, count);
}

export function reconnectsOf({ attempts, back, refused, times, seconds }: ReconnectTally): ReconnectSummary {
  const [peak] = mostFrequent(seconds);
  return {
    attempts,
    back,
    refused,
    timeToBack: attemptTimesOf(times),
    peak: peak === undefined ? null : { second: peak[0], attempts: peak[1] },
  };
}
