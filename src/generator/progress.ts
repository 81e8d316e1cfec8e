import type { Progress } from "../model/ports.ts";
import type { RunStage } from "../model/snapshot.ts";
import { type Us, us } from "../model/units.ts";

/** Latenesses of one interval that are kept; of more, the latest. */
const KEPT = 4_096;

/** The generator's own side of `Progress`: what it counts while it runs. */
export interface ProgressCounter extends Progress {
  enter(stage: RunStage): void;
  /** `due` tells how many arrivals of the current phase have passed their intended time. */
  watchDue(due: () => number): void;
  start(lateness: Us): void;
  /** Something else than a start was due, and was done so late. */
  noteLateness(lateness: Us): void;
  end(): void;
  hold(change: 1 | -1): void;
  /** A device that was in flight waits, or one that waited is in flight again. */
  wait(change: 1 | -1): void;
  /** A device whose held session was lost waits to come back. */
  waitToReturn(change: 1 | -1): void;
}

export function createProgress(): ProgressCounter {
  let stage: RunStage = { kind: "waiting" };
  let started = 0;
  let inFlight = 0;
  let held = 0;
  let waiting = 0;
  let before = 0;
  let due = () => 0;
  const latenesses = new Float64Array(KEPT);
  let seen = 0;

  function noteLateness(lateness: Us): void {
    latenesses[seen % KEPT] = lateness;
    seen += 1;
  }

  return {
    get stage() {
      return stage;
    },
    get planned() {
      return before + due();
    },
    get started() {
      return started;
    },
    get inFlight() {
      return inFlight;
    },
    get held() {
      return held;
    },
    get waiting() {
      return waiting;
    },
    takeLateness() {
      const sorted = latenesses.slice(0, Math.min(seen, KEPT)).sort();
      seen = 0;
      return us(sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0);
    },
    enter(next) {
      stage = next;
    },
    watchDue(next) {
      before += due();
      due = next;
    },
    start(lateness) {
      started += 1;
      inFlight += 1;
      noteLateness(lateness);
    },
    noteLateness,
    end() {
      inFlight -= 1;
    },
    hold(change) {
      held += change;
    },
    wait(change) {
      waiting += change;
      inFlight -= change;
    },
    waitToReturn(change) {
      waiting += change;
    },
  };
}
