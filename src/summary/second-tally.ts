import type { Outcome } from "../model/outcome.ts";
import type { SecondSummary } from "../model/summary.ts";
import { secondsFromUs, type Us, us } from "../model/units.ts";
import { rankOf } from "./quantiles.ts";

/** Round trips are kept as they are: at any rate and length 4 bytes each take less room than a histogram a second. */
interface SecondTally {
  planned: number;
  started: number;
  provisioned: number;
  rejected: number;
  failed: number;
  roundTrips: Uint32Array;
  roundTripCount: number;
}

/** By second of the run. */
export type SecondTallies = Map<number, SecondTally>;

export function addToSeconds(tallies: SecondTallies, outcome: Outcome): void {
  const { result, intended, started, ended, marks } = outcome;
  if (result.state === "dropped" && result.reason === "interrupted") return;
  at(tallies, intended).planned += 1;
  if (result.state === "dropped") return;
  if (started !== undefined) at(tallies, started).started += 1;
  if (result.state === "aborted") return;
  const second = at(tallies, ended);
  second[result.state] += 1;
  if (result.state === "provisioned" && marks.sent !== undefined && marks.answered !== undefined) {
    addRoundTrip(second, marks.answered - marks.sent);
  }
}

export function mergeSeconds(into: SecondTallies, from: SecondTallies): void {
  for (const [key, tally] of from) {
    const second = secondAt(into, key);
    for (const count of ["planned", "started", "provisioned", "rejected", "failed"] as const) {
      second[count] += tally[count];
    }
    for (const value of tally.roundTrips.subarray(0, tally.roundTripCount)) addRoundTrip(second, value);
  }
}

/** Every second from the first to the last in which something happened, idle ones included. */
export function secondsOf(tallies: SecondTallies): readonly SecondSummary[] {
  if (tallies.size === 0) return [];
  let [first, last] = [Infinity, -Infinity];
  for (const second of tallies.keys()) [first, last] = [Math.min(first, second), Math.max(last, second)];
  return Array.from({ length: last - first + 1 }, (_, index) => summaryOf(first + index, tallies.get(first + index)));
}

function summaryOf(second: number, tally: SecondTally = createSecond()): SecondSummary {
  const { planned, started, provisioned, rejected, failed } = tally;
  const sorted = tally.roundTrips.slice(0, tally.roundTripCount).sort();
  // These describe all answers of this second, they estimate nothing: few values are no reason to leave them out.
  const quantile = (q: number): Us | null =>
    sorted.length === 0 ? null : us(sorted[rankOf(sorted.length, q) - 1] ?? 0);
  return {
    second,
    planned,
    started,
    provisioned,
    rejected,
    failed,
    roundTripP50: quantile(0.5),
    roundTripP99: quantile(0.99),
  };
}

function at(tallies: SecondTallies, time: Us): SecondTally {
  return secondAt(tallies, Math.floor(secondsFromUs(time)));
}

function secondAt(tallies: SecondTallies, second: number): SecondTally {
  let tally = tallies.get(second);
  if (tally === undefined) {
    tally = createSecond();
    tallies.set(second, tally);
  }
  return tally;
}

function createSecond(): SecondTally {
  return {
    planned: 0,
    started: 0,
    provisioned: 0,
    rejected: 0,
    failed: 0,
    roundTrips: new Uint32Array(0),
    roundTripCount: 0,
  };
}

function addRoundTrip(tally: SecondTally, value: number): void {
  if (tally.roundTripCount === tally.roundTrips.length) {
    const larger = new Uint32Array(Math.max(16, tally.roundTrips.length * 2));
    larger.set(tally.roundTrips);
    tally.roundTrips = larger;
  }
  tally.roundTrips[tally.roundTripCount] = value;
  tally.roundTripCount += 1;
}
