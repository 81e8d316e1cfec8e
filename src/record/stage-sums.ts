import { attemptStart, type Outcome, type Stage, STAGES } from "../model/outcome.ts";
import type { StageTimes } from "../model/snapshot.ts";

/** Time spent in each stage, added up over devices: means of all of them together can be had from it, medians could not. */
export interface StageSums {
  devices: number;
  /** Microseconds. */
  readonly sums: Partial<Record<Stage, number>>;
}

export function createStageSums(): StageSums {
  return { devices: 0, sums: {} };
}

/**
 * For a device that was answered: each stage from the one reached before it, so that they add up to started to answered (of the
 * attempt that was). A
 * receipt (PUBACK) may come after the answer; then the device did not wait for it.
 */
export function addStages(into: StageSums, outcome: Outcome): void {
  const { connected, accepted, subscribed, sent, acknowledged, answered } = outcome.marks;
  const started = attemptStart(outcome);
  if (started === undefined || answered === undefined) return;
  into.devices += 1;
  const { sums } = into;
  let before: number = started;
  // Each by its name: by a name in a variable it takes four times as long, and there is one of these for every device.
  if (connected !== undefined) {
    const reached = Math.max(before, Math.min(connected, answered));
    sums.connected = (sums.connected ?? 0) + reached - before;
    before = reached;
  }
  if (accepted !== undefined) {
    const reached = Math.max(before, Math.min(accepted, answered));
    sums.accepted = (sums.accepted ?? 0) + reached - before;
    before = reached;
  }
  if (subscribed !== undefined) {
    const reached = Math.max(before, Math.min(subscribed, answered));
    sums.subscribed = (sums.subscribed ?? 0) + reached - before;
    before = reached;
  }
  if (sent !== undefined) {
    const reached = Math.max(before, Math.min(sent, answered));
    sums.sent = (sums.sent ?? 0) + reached - before;
    before = reached;
  }
  if (acknowledged !== undefined) {
    const reached = Math.max(before, Math.min(acknowledged, answered));
    sums.acknowledged = (sums.acknowledged ?? 0) + reached - before;
    before = reached;
  }
  sums.answered = (sums.answered ?? 0) + Math.max(before, answered) - before;
}

export function mergeStages(into: StageSums, from: StageTimes): void {
  into.devices += from.devices;
  for (const stage of STAGES) {
    const sum = from.sums[stage];
    if (sum !== undefined) into.sums[stage] = (into.sums[stage] ?? 0) + sum;
  }
}
