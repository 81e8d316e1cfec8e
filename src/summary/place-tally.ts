import { attemptStart, LOCAL_KINDS, type FailureKind, type Outcome } from "../model/outcome.ts";
import { secondsFromUs, us } from "../model/units.ts";
import { addHistogram, createHistogram, type Histogram, recordValue } from "../record/histograms.ts";
import { addTo } from "./counts.ts";

/** What became of the devices that were sent to one of several places. Merging adds up. */
export interface PlaceTally {
  readonly counts: { provisioned: number; rejected: number; failed: number; aborted: number };
  /** Those of the counts that the measured phases provisioned. */
  measured: number;
  readonly failures: Map<FailureKind, number>;
  /** Of provisioned devices in the measured phases. */
  readonly roundTrips: Histogram;
  /** Devices that the server may have made though nobody was told. */
  unknown: number;
  /** Those that it did make, where it was asked. */
  ghosts: number;
  /** By the second in which they started: how many were answered, and how many were not through the target's fault. */
  readonly seconds: Map<number, { answered: number; failed: number }>;
}

/** By name; see `placeName`. */
export type PlaceTallies = Map<string, PlaceTally>;

/** An attempt after which its device is to try again, elsewhere perhaps: it failed here. */
export function addAttemptToPlaces(tallies: PlaceTallies, outcome: Outcome): void {
  const { place, result } = outcome;
  const started = attemptStart(outcome);
  if (place === undefined || started === undefined || result.state !== "failed") return;
  const tally = placeIn(tallies, place);
  addTo(tally.failures, result.kind, 1);
  secondIn(tally, Math.floor(secondsFromUs(started))).failed += 1;
}

export function addToPlaces(
  tallies: PlaceTallies,
  outcome: Outcome,
  { warmup, ghosts }: { readonly warmup: boolean; readonly ghosts: ReadonlySet<string> },
): void {
  const { name, place, marks, result, misbehaviour } = outcome;
  const started = attemptStart(outcome);
  if (place === undefined || started === undefined || result.state === "dropped") return;
  const tally = placeIn(tallies, place);
  tally.counts[result.state] += 1;
  if (name !== undefined && ghosts.has(name)) tally.ghosts += 1;
  if ((result.state === "failed" || result.state === "aborted") && result.unknown) tally.unknown += 1;
  if (result.state === "aborted" || outcome.attempt?.cut !== undefined) return;
  if (result.state === "failed") addTo(tally.failures, result.kind, 1);
  if (result.state === "provisioned" && !warmup && misbehaviour === undefined) {
    tally.measured += 1;
    const { sent, answered } = marks;
    if (sent !== undefined && answered !== undefined) recordValue(tally.roundTrips, us(answered - sent));
  }
  // One that misbehaves on purpose, or that this machine kept back, tells nothing of the place.
  if (misbehaviour !== undefined || (result.state === "failed" && LOCAL_KINDS.includes(result.kind))) return;
  const second = secondIn(tally, Math.floor(secondsFromUs(started)));
  if (result.state === "failed") second.failed += 1;
  else second.answered += 1;
}

export function mergePlaces(into: PlaceTallies, from: PlaceTallies): void {
  for (const [name, other] of from) {
    const tally = placeIn(into, name);
    for (const state of Object.keys(tally.counts) as (keyof PlaceTally["counts"])[]) {
      tally.counts[state] += other.counts[state];
    }
    tally.measured += other.measured;
    tally.unknown += other.unknown;
    tally.ghosts += other.ghosts;
    for (const [kind, count] of other.failures) addTo(tally.failures, kind, count);
    addHistogram(tally.roundTrips, other.roundTrips);
    for (const [second, { answered, failed }] of other.seconds) {
      const own = secondIn(tally, second);
      own.answered += answered;
      own.failed += failed;
    }
  }
}

function placeIn(tallies: PlaceTallies, name: string): PlaceTally {
  let tally = tallies.get(name);
  if (tally === undefined) {
    tally = {
      counts: { provisioned: 0, rejected: 0, failed: 0, aborted: 0 },
      measured: 0,
      failures: new Map(),
      roundTrips: createHistogram(),
      unknown: 0,
      ghosts: 0,
      seconds: new Map(),
    };
    tallies.set(name, tally);
  }
  return tally;
}

function secondIn({ seconds }: PlaceTally, second: number): { answered: number; failed: number } {
  let found = seconds.get(second);
  if (found === undefined) seconds.set(second, (found = { answered: 0, failed: 0 }));
  return found;
}
