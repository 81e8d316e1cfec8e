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
  const { marks } = outcome;
  const { answered } = marks;
  const started = attemptStart(outcome);
  if (started === undefined || answered === undefined) return;
  into.devices += 1;
  let before: number = started;
  for (const stage of STAGES) {
    const mark = marks[stage];
    if (mark === undefined) continue;
    const reached = Math.max(before, Math.min(mark, answered));
    into.sums[stage] = (into.sums[stage] ?? 0) + reached - before;
    before = reached;
  }
}

export function mergeStages(into: StageSums, from: StageTimes): void {
  into.devices += from.devices;
  for (const stage of STAGES) {
    const sum = from.sums[stage];
    if (sum !== undefined) into.sums[stage] = (into.sums[stage] ?? 0) + sum;
  }
}
