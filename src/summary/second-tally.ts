import type { HealthSample } from "../model/health.ts";
import {
  deviceVerdict,
  type FailureKind,
  type Outcome,
  type RejectionStatus,
  type RollCallEntry,
  TIMEOUT_KINDS,
} from "../model/outcome.ts";
import type { SecondSummary } from "../model/summary.ts";
import { byCount, TIMELINE_COUNTS, type TimelineCount } from "../model/timeline.ts";
import { secondsFromUs, type Us, us } from "../model/units.ts";
import { addTo } from "./counts.ts";
import { rankOf } from "./quantiles.ts";
import { addRoundTrip, addRoundTrips, createRoundTrips, type RoundTrips, sortedRoundTrips } from "./round-trips.ts";
import { addStages, createStageSums, mergeStages, type StageSums } from "../record/stage-sums.ts";

/** What happened in one second of a run. Merging adds up. */
export interface SecondTally {
  readonly counts: Record<TimelineCount, number>;
  readonly failures: Map<FailureKind, number>;
  readonly rejections: Map<RejectionStatus, number>;
  /** Values of provisioned devices, by the index of their phase: two phases can share the second in which they meet. */
  readonly roundTrips: Map<number, RoundTrips>;
  readonly stages: StageSums;
  /** By generator. */
  readonly health: Map<number, HealthSample>;
}

/** By second of the run. */
export type SecondTallies = Map<number, SecondTally>;

export function addToSeconds(tallies: SecondTallies, outcome: Outcome): void {
  const { result, intended, started, ended, marks, phase } = outcome;
  if (result.state === "dropped" && result.reason === "interrupted") return;
  at(tallies, intended).counts.planned += 1;
  if (result.state === "dropped") return;
  if (started !== undefined) at(tallies, started).counts.started += 1;
  const second = at(tallies, ended);
  const { counts } = second;
  switch (result.state) {
    case "provisioned":
      counts.provisioned += 1;
      if (marks.sent === undefined || marks.answered === undefined) return;
      addRoundTrip(roundTripsIn(second, phase), marks.answered - marks.sent);
      addStages(second.stages, outcome);
      return;
    case "rejected":
      counts.rejected += 1;
      addTo(second.rejections, result.status, 1);
      return;
    case "failed":
      counts.failed += 1;
      addTo(second.failures, result.kind, 1);
      if (TIMEOUT_KINDS.includes(result.kind)) counts.timeouts += 1;
      return;
    case "aborted":
      counts.aborted += 1;
  }
}

/** Devices by their verdict, as the ledger counts them. */
export function addLoginToSeconds(tallies: SecondTallies, entry: RollCallEntry): void {
  const verdict = deviceVerdict(entry);
  if (verdict === undefined || verdict.state === "uncalled") return;
  // In pictures who could not speak stands among those that got no answer.
  at(tallies, entry.ended).counts[verdict.state === "mute" ? "unreachable" : verdict.state] += 1;
}

/** `sample.at` is the end of the second that it describes. What came before the start is not part of the run. */
export function addHealthToSeconds(tallies: SecondTallies, generator: number, sample: HealthSample): void {
  const second = Math.ceil(secondsFromUs(sample.at)) - 1;
  if (second >= 0) secondAt(tallies, second).health.set(generator, sample);
}

export function mergeSeconds(into: SecondTallies, from: SecondTallies): void {
  for (const [key, tally] of from) {
    const second = secondAt(into, key);
    for (const count of TIMELINE_COUNTS) second.counts[count] += tally.counts[count];
    for (const [kind, count] of tally.failures) addTo(second.failures, kind, count);
    for (const [status, count] of tally.rejections) addTo(second.rejections, status, count);
    for (const [phase, roundTrips] of tally.roundTrips) addRoundTrips(roundTripsIn(second, phase), roundTrips);
    mergeStages(second.stages, tally.stages);
    for (const [generator, sample] of tally.health) second.health.set(generator, sample);
  }
}

/** Every second from the first to the last in which something happened, idle ones included; logins are not part of it. */
export function secondsOf(tallies: SecondTallies): readonly SecondSummary[] {
  let [first, last] = [Infinity, -Infinity];
  for (const [second, { counts }] of tallies) {
    const { planned, started, provisioned, rejected, failed } = counts;
    if (planned + started + provisioned + rejected + failed === 0) continue;
    [first, last] = [Math.min(first, second), Math.max(last, second)];
  }
  if (first > last) return [];
  return Array.from({ length: last - first + 1 }, (_, index) => summaryOf(first + index, tallies.get(first + index)));
}

function summaryOf(second: number, tally: SecondTally = createSecond()): SecondSummary {
  const { planned, started, provisioned, rejected, failed } = tally.counts;
  const sorted = sortedRoundTrips([...tally.roundTrips.values()]);
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

function roundTripsIn(tally: SecondTally, phase: number): RoundTrips {
  let found = tally.roundTrips.get(phase);
  if (found === undefined) tally.roundTrips.set(phase, (found = createRoundTrips()));
  return found;
}

function createSecond(): SecondTally {
  return {
    counts: byCount(() => 0),
    failures: new Map(),
    rejections: new Map(),
    roundTrips: new Map(),
    stages: createStageSums(),
    health: new Map(),
  };
}
