import type { BackgroundProgress } from "./background.ts";
import type { RetryCounts, Snapshot } from "./snapshot.ts";
import type { Grade } from "./summary.ts";
import type { Us } from "./units.ts";

/** All generators together, as a view shows them once a second. */
export interface LiveFigures {
  readonly at: Us;
  readonly stage: Snapshot["stage"];
  /** In words: "load: steady (2 of 2)", "roll call". */
  readonly stageText: string;
  /** Devices of the whole plan; null: a phase of it ends by time, and nobody knows. */
  readonly devices: number | null;
  readonly planned: number;
  readonly started: number;
  readonly inFlight: number;
  /** For their next attempt. */
  readonly waiting?: number;
  /** Absent: no device has tried again, or is to. */
  readonly retries?: RetryCounts;
  readonly outcomes: Snapshot["outcomes"];
  readonly verdicts: Snapshot["verdicts"];
  readonly held: number;
  /** Absent: there is no background, or nothing of it yet. */
  readonly background?: BackgroundProgress;
  /** Starts in the last second; planned is null under closed load. */
  readonly rate: { readonly planned: number | null; readonly achieved: number };
  readonly lastSecond: LiveQuantiles;
  readonly run: LiveQuantiles;
  readonly health: { readonly grade: Grade; readonly worst: string };
  /** Until the end of the current stage; null: not known. */
  readonly remaining: Us | null;
  /** Each machine of several; absent where there is one. */
  readonly machines?: readonly LiveMachine[];
}

/** One machine of a run that several make, in the last second. */
export interface LiveMachine {
  readonly name: string;
  /** Its generators of which nothing more will be heard; all: the machine is lost. */
  readonly lost: "none" | "some" | "all";
  /** Starts a second. */
  readonly achieved: number;
  readonly lastSecond: LiveQuantiles;
  readonly grade: Grade;
  /** Its clock is within this of what is assumed; null: not measured yet. */
  readonly clockBound: Us | null;
  /** For so long nothing was heard of any of its generators; absent: it talks. */
  readonly silent?: Us;
}

/** Round trip of provisioned devices; null where there is none yet. */
export interface LiveQuantiles {
  readonly p50: Us | null;
  readonly p95: Us | null;
  readonly p99: Us | null;
}

/** Shows a run while it happens; never on a generator's event loop. */
export interface View {
  update(figures: LiveFigures): void;
  /** A line that stays: a phase begins, a generator died, Ctrl-C was heard. */
  note(text: string): void;
  close(): void;
}
