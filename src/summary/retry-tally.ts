import { formatCount } from "../writing/notation.ts";
import { type Outcome, TIMEOUT_KINDS } from "../model/outcome.ts";
import type { AttemptSummary, AttemptTimes, RetrySummary } from "../model/retry-summary.ts";
import { us } from "../model/units.ts";
import { createHistogram, type Histogram, recordValue } from "../record/histograms.ts";
import { sumOf } from "./arrivals.ts";
import { addFirst, createFirstDevices, type FirstDevices } from "./first-devices.ts";
import { quantileOf } from "./quantile-of.ts";

const NAMES_LIMIT = 100;

/** What came of all attempts, by their number, and of the devices that needed more than one. Merging adds up. */
export interface RetryTally {
  /** The first at 0. */
  readonly attempts: AttemptTally[];
  devices: number;
  recovered: number;
  ghostsMet: number;
  readonly met: FirstDevices;
  untilCredentials: Histogram | undefined;
}

interface AttemptTally {
  readonly counts: Record<AttemptCount, number>;
  roundTrips: Histogram | undefined;
}

type AttemptCount = Exclude<keyof AttemptSummary, "begun" | "roundTrip">;

export function createRetryTally(): RetryTally {
  return {
    attempts: [],
    devices: 0,
    recovered: 0,
    ghostsMet: 0,
    met: createFirstDevices(NAMES_LIMIT),
    untilCredentials: undefined,
  };
}

/** One after which its device is to try again. */
export function addFailedAttempt(tally: RetryTally, outcome: Outcome): void {
  const { counts } = attemptIn(tally, outcome.attempt?.number ?? 1);
  countFailure(counts, outcome);
  counts.toTryAgain += 1;
}

/** The one that ended its device, or the wait for another that was not made. */
export function addLastAttempt(
  tally: RetryTally,
  outcome: Outcome,
  { device, measured }: { readonly device: string; readonly measured: boolean },
): void {
  const { seq, result, attempt, marks, intended, misbehaviour } = outcome;
  if (result.state === "dropped") return;
  const number = attempt?.number ?? 1;
  const own = attemptIn(tally, number);
  if (number > 1) tally.devices += 1;
  if (attempt?.cut !== undefined) {
    own.counts[attempt.cut === "stopped" ? "stopped" : "capped"] += 1;
    return;
  }
  if (result.state === "failed") countFailure(own.counts, outcome);
  else own.counts[result.state] += 1;
  if (result.state === "aborted" && isUnanswered(outcome)) own.counts.unanswered += 1;
  if (result.state === "rejected" && result.status === "FAILURE" && (attempt?.unanswered.length ?? 0) > 0) {
    tally.ghostsMet += 1;
    addFirst(tally.met, { seq, name: device });
  }
  if (result.state !== "provisioned") return;
  if (number > 1) tally.recovered += 1;
  const { sent, answered } = marks;
  if (!measured || misbehaviour !== undefined || answered === undefined) return;
  recordValue((tally.untilCredentials ??= createHistogram()), us(answered - intended));
  if (sent !== undefined) recordValue((own.roundTrips ??= createHistogram()), us(answered - sent));
}

export function mergeRetries(into: RetryTally, from: RetryTally): void {
  for (const [index, { counts, roundTrips }] of from.attempts.entries()) {
    const own = attemptIn(into, index + 1);
    for (const key of Object.keys(own.counts) as AttemptCount[]) own.counts[key] += counts[key];
    own.roundTrips = sumOf(own.roundTrips, roundTrips);
  }
  into.devices += from.devices;
  into.recovered += from.recovered;
  into.ghostsMet += from.ghostsMet;
  for (const device of from.met.devices) addFirst(into.met, device);
  into.untilCredentials = sumOf(into.untilCredentials, from.untilCredentials);
}

/** `sameName`: false, and a FAILURE is not about a ghost, for it is about another name. */
export function retriesOf(tally: RetryTally, sameName: boolean): RetrySummary {
  const attempts = tally.attempts.map(({ counts, roundTrips }) => ({
    begun: begunOf(counts),
    ...counts,
    roundTrip: attemptTimesOf(roundTrips),
  }));
  return {
    attempts,
    retries: attempts.slice(1).reduce((sum, { begun }) => sum + begun, 0),
    devices: tally.devices,
    recovered: tally.recovered,
    gaveUp: attempts.reduce((sum, { failed, toTryAgain, capped }) => sum + failed - toTryAgain + capped, 0),
    ghostsMet: sameName
      ? { count: tally.ghostsMet, names: tally.met.devices.map(({ name }) => name) }
      : { count: 0, names: [] },
    untilCredentials: attemptTimesOf(tally.untilCredentials),
  };
}

/** What cannot be, in words. `whole`: no journal lacks anything, so that whoever was to try again did, or says why not. */
export function retryOddities({ attempts }: RetryTally, whole: boolean): readonly string[] {
  return attempts.flatMap(({ counts }, index) => {
    const next = attempts[index + 1];
    const followed = (next === undefined ? 0 : begunOf(next.counts)) + counts.stopped + counts.capped;
    if (followed <= counts.toTryAgain && (followed === counts.toTryAgain || !whole)) return [];
    return [
      `${formatCount(counts.toTryAgain)} devices were to try again after attempt ${index + 1}, and of ${formatCount(followed)} it is known that they did or could not`,
    ];
  });
}

function begunOf({ provisioned, rejected, failed, aborted }: AttemptTally["counts"]): number {
  return provisioned + rejected + failed + aborted;
}

function countFailure(counts: AttemptTally["counts"], outcome: Outcome): void {
  const { result } = outcome;
  counts.failed += 1;
  if (result.state === "failed" && TIMEOUT_KINDS.includes(result.kind)) counts.timeouts += 1;
  if (isUnanswered(outcome)) counts.unanswered += 1;
}

/** This attempt, not one before. */
function isUnanswered({ attempt, result }: Outcome): boolean {
  if (attempt !== undefined) return attempt.unanswered.includes(attempt.number);
  return (result.state === "failed" || result.state === "aborted") && result.unknown;
}

/** Undefined: there was nothing. */
export function attemptTimesOf(histogram: Histogram = createHistogram()): AttemptTimes {
  const at = (q: number) => quantileOf(histogram, q);
  return { count: histogram.count, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** Those before it, too: one that a damaged journal does not speak of. */
function attemptIn({ attempts }: RetryTally, number: number): AttemptTally {
  while (attempts.length < number) {
    const counts = { provisioned: 0, rejected: 0, failed: 0, aborted: 0 };
    const asides = { timeouts: 0, unanswered: 0, toTryAgain: 0, stopped: 0, capped: 0 };
    attempts.push({ counts: { ...counts, ...asides }, roundTrips: undefined });
  }
  const found = attempts[number - 1];
  if (found === undefined) throw new RangeError(`there is no attempt ${number}`);
  return found;
}
