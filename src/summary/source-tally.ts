import { attemptStart, type FailureKind, type Outcome, type RollCallEntry } from "../model/outcome.ts";
import { us } from "../model/units.ts";
import { addHistogram, createHistogram, type Histogram, recordValue } from "../record/histograms.ts";
import { addTo } from "./counts.ts";

/** What became of the connections that came from one local address. Merging adds up. */
export interface SourceTally {
  readonly counts: { devices: number; failed: number; triedAgain: number; logins: number; failedLogins: number };
  readonly failures: Map<FailureKind, number>;
  /** Of provisioned devices in the measured phases; undefined: there was none. */
  roundTrips: Histogram | undefined;
}

/**
 * By address, of which the first so many in the order of their text are told apart: whichever way parts are merged, these are the
 * same, and none of them has lost anything to the rest.
 */
export interface SourceTallies {
  readonly told: Map<string, SourceTally>;
  /** The last of those told apart, once there are as many as may be. */
  last: string | undefined;
  others: SourceTally | undefined;
}

/** All of a /24: 24 MB of histograms. */
export const MOST_SOURCES = 256;

export function createSourceTallies(): SourceTallies {
  return { told: new Map(), last: undefined, others: undefined };
}

/** An attempt after which its device is to try again, from elsewhere perhaps: it failed here. */
export function addAttemptToSources(tallies: SourceTallies, { source, result }: Outcome): void {
  if (source === undefined || result.state !== "failed") return;
  const { counts, failures } = sourceIn(tallies, source);
  counts.triedAgain += 1;
  addTo(failures, result.kind, 1);
}

export function addToSources(tallies: SourceTallies, outcome: Outcome, warmup: boolean): void {
  const { source, marks, result, misbehaviour } = outcome;
  if (source === undefined || attemptStart(outcome) === undefined) return;
  const tally = sourceIn(tallies, source);
  tally.counts.devices += 1;
  if (misbehaviour !== undefined) return;
  if (outcome.attempt?.cut !== undefined) {
    // What it failed of was counted as an attempt with another to come, and none came.
    tally.counts.triedAgain -= 1;
    tally.counts.failed += 1;
  } else if (result.state === "failed") {
    tally.counts.failed += 1;
    addTo(tally.failures, result.kind, 1);
  }
  const { sent, answered } = marks;
  if (result.state !== "provisioned" || warmup || sent === undefined || answered === undefined) return;
  recordValue((tally.roundTrips ??= createHistogram()), us(answered - sent));
}

export function addLoginToSources(tallies: SourceTallies, { source, verdict }: RollCallEntry): void {
  if (source === undefined || verdict.state === "uncalled") return;
  const { counts } = sourceIn(tallies, source);
  counts.logins += 1;
  if (verdict.state === "unreachable" || verdict.state === "mute") counts.failedLogins += 1;
}

export function mergeSources(into: SourceTallies, from: SourceTallies): void {
  for (const [address, tally] of from.told) addTally(sourceIn(into, address), tally);
  if (from.others !== undefined) addTally((into.others ??= createTally()), from.others);
}

function sourceIn(tallies: SourceTallies, address: string): SourceTally {
  const { told, last } = tallies;
  const known = told.get(address);
  if (known !== undefined) return known;
  if (last !== undefined && address > last) return (tallies.others ??= createTally());
  const tally = createTally();
  told.set(address, tally);
  if (last !== undefined) {
    const left = told.get(last);
    told.delete(last);
    if (left !== undefined) addTally((tallies.others ??= createTally()), left);
  }
  if (told.size === MOST_SOURCES) tallies.last = [...told.keys()].reduce((a, b) => (a > b ? a : b));
  return tally;
}

function createTally(): SourceTally {
  return {
    counts: { devices: 0, failed: 0, triedAgain: 0, logins: 0, failedLogins: 0 },
    failures: new Map(),
    roundTrips: undefined,
  };
}

function addTally(into: SourceTally, from: SourceTally): void {
  for (const what of Object.keys(into.counts) as (keyof SourceTally["counts"])[]) {
    into.counts[what] += from.counts[what];
  }
  for (const [kind, count] of from.failures) addTo(into.failures, kind, count);
  if (from.roundTrips !== undefined) addHistogram((into.roundTrips ??= createHistogram()), from.roundTrips);
}
