import type { Device } from "../model/device.ts";
import { deviceVerdict, type FailureKind, type Outcome, type RollCallEntry } from "../model/outcome.ts";
import { secondsFromUs } from "../model/units.ts";
import { addTo } from "./counts.ts";
import { recordReading } from "./latency-tally.ts";
import type { Reading } from "./metrics.ts";
import { addAttempt, addOutcome, createPhaseTally, mergePhase, type PhaseTally } from "./phase-tally.ts";

/** What became of the devices of one group. Merging adds up. */
export interface GroupTally {
  readonly counts: {
    dropped: number;
    provisioned: number;
    rejected: number;
    failed: number;
    aborted: number;
    connected: number;
    mute: number;
    refused: number;
    unreachable: number;
    unknown: number;
    ghosts: number;
  };
  readonly failures: Map<FailureKind, number>;
  /** Its outcomes of all measured phases as one. */
  readonly measured: PhaseTally;
  /** By the second in which they ended, warm-ups included. */
  readonly seconds: Map<number, GroupSecond>;
}

export type GroupSecond = { [Count in "provisioned" | "rejected" | "failed"]: number };

/** By index into the fleet's groups; empty: it has none. */
export type GroupTallies = Map<number, GroupTally>;

interface Circumstances {
  readonly warmup: boolean;
  /** The phase's arrivals have times of their own. */
  readonly open: boolean;
  readonly ghosts: ReadonlySet<NonNullable<Device["name"]>>;
}

export function addToGroup(tally: GroupTally, outcome: Outcome, { warmup, open, ghosts }: Circumstances): void {
  const { counts } = tally;
  const { name, result } = outcome;
  counts[result.state] += 1;
  if (name !== undefined && ghosts.has(name)) counts.ghosts += 1;
  const untold = (result.state === "failed" || result.state === "aborted") && result.unknown;
  if (untold || (result.state === "rejected" && (outcome.attempt?.unanswered.length ?? 0) > 0)) counts.unknown += 1;
  if (result.state === "failed") addTo(tally.failures, result.kind, 1);
  if (result.state === "provisioned" || result.state === "rejected" || result.state === "failed") {
    secondIn(tally, Math.floor(secondsFromUs(outcome.ended)))[result.state] += 1;
  }
  // Nothing is said by group of the thirds of a phase, for which the position counts.
  if (!warmup) addOutcome(tally.measured, outcome, 0.5, open);
}

/** An attempt of a measured phase after which its device is to try again. */
export function addAttemptToGroup(tally: GroupTally, outcome: Outcome): void {
  addAttempt(tally.measured, outcome);
}

/** `readings`: of the login, if its device is of a measured phase. */
export function addLoginToGroup(tally: GroupTally, entry: RollCallEntry, readings: readonly Reading[]): void {
  const verdict = deviceVerdict(entry);
  if (verdict !== undefined && verdict.state !== "uncalled") tally.counts[verdict.state] += 1;
  for (const reading of readings) recordReading(tally.measured.latencies, reading);
}

export function groupIn(tallies: GroupTallies, index: number): GroupTally {
  let tally = tallies.get(index);
  if (tally === undefined) {
    tally = {
      counts: {
        dropped: 0,
        provisioned: 0,
        rejected: 0,
        failed: 0,
        aborted: 0,
        connected: 0,
        mute: 0,
        refused: 0,
        unreachable: 0,
        unknown: 0,
        ghosts: 0,
      },
      failures: new Map(),
      measured: createPhaseTally(),
      seconds: new Map(),
    };
    tallies.set(index, tally);
  }
  return tally;
}

export function mergeGroups(into: GroupTallies, from: GroupTallies): void {
  for (const [index, other] of from) {
    const own = groupIn(into, index);
    const { counts, failures, measured } = own;
    for (const key of Object.keys(counts) as (keyof GroupTally["counts"])[]) counts[key] += other.counts[key];
    for (const [kind, count] of other.failures) addTo(failures, kind, count);
    mergePhase(measured, other.measured);
    for (const [key, { provisioned, rejected, failed }] of other.seconds) {
      const second = secondIn(own, key);
      second.provisioned += provisioned;
      second.rejected += rejected;
      second.failed += failed;
    }
  }
}

function secondIn({ seconds }: GroupTally, second: number): GroupSecond {
  let found = seconds.get(second);
  if (found === undefined) seconds.set(second, (found = { provisioned: 0, rejected: 0, failed: 0 }));
  return found;
}
