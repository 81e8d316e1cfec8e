import type { ExitCode } from "../model/error.ts";
import { RollcallError } from "../model/error.ts";
import type { ClockReading } from "../model/clock-reading.ts";
import type { Plan } from "../model/plan.ts";
import type { Shard } from "../model/ports.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { TempoChange } from "../model/tempo.ts";
import type { Us } from "../model/units.ts";

/*
 * Parent and generator, in this order:
 *
 *   parent                         generator
 *   init (plan, shard)   ───────►  loads, builds
 *                        ◄───────  ready
 *   start (epoch)        ───────►  when every living generator is ready
 *                        ◄───────  arrived (stage) ┐ once for each barrier
 *   go (stage, at)       ───────►                  ┘
 *                        ◄───────  snapshot, once a second
 *   drain, abort, block  ───────►  at any time
 *   tempo (at, speed)    ───────►  at any time after the start
 *   clock                ───────►  before each barrier, on a worker
 *                        ◄───────  done (state) or failed (failure), then it exits
 */

/** What a generator needs to know; crosses the pipe with its secrets sealed. */
export interface GeneratorInit {
  readonly plan: Plan;
  readonly shard: Shard;
  /** The run's folder, absolute. */
  readonly folder: string;
  readonly simulated: boolean;
  /** Snapshots have what metrics need. */
  readonly metered?: boolean | undefined;
  /** The machine's name in journal and report, for a generator on a worker. */
  readonly worker?: string | undefined;
  /** Of another run whose roll is called, for a plan without phases; undefined: of what is issued here. */
  readonly called?: { readonly roster: string; readonly run: string } | undefined;
  /** A roster of this shard's devices of the background, in its order; undefined: the earlier run's folder is here. */
  readonly background?: string | undefined;
}

/** Time 0 of the run. */
export interface Start {
  /** On the monotonic clock that all processes of a machine share (process.hrtime.bigint), in nanoseconds. */
  readonly epoch: bigint;
  /** The same instant on the wall clock, ISO 8601. */
  readonly startedAt: string;
}

export type ParentMessage =
  /** `sealed`: a GeneratorInit through sealSecrets. */
  | { readonly kind: "init"; readonly sealed: unknown }
  /** `epoch` in decimal: JSON has no 64-bit integers. */
  | { readonly kind: "start"; readonly epoch: string; readonly startedAt: string }
  | { readonly kind: "go"; readonly stage: string; readonly at: Us }
  /** For the journal: how far this machine's clock is from the coordinator's, as measured now. */
  | { readonly kind: "clock"; readonly reading: ClockReading }
  /** From an agreed instant on, open load passes as fast as is said. */
  | { readonly kind: "tempo"; readonly change: TempoChange }
  | { readonly kind: "drain" }
  | { readonly kind: "abort" }
  /** For the self-test: the event loop shall turn no more for so long. */
  | { readonly kind: "block"; readonly ms: number };

export type GeneratorMessage =
  | { readonly kind: "ready" }
  | { readonly kind: "arrived"; readonly stage: string }
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "done"; readonly state: "complete" | "interrupted" }
  | { readonly kind: "failed"; readonly failure: Failure };

/** An error on its way through the pipe: one of the user's to mend, or a bug with its stack. */
export type Failure =
  | {
      readonly kind: "mistake";
      readonly code: string;
      readonly message: string;
      readonly hint: string;
      readonly exitCode: ExitCode;
    }
  | { readonly kind: "bug"; readonly stack: string };

export function failureOf(error: unknown): Failure {
  if (error instanceof RollcallError) {
    const { code, message, hint, exitCode } = error;
    return { kind: "mistake", code, message, hint, exitCode };
  }
  return { kind: "bug", stack: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** One line for a note. */
export function describeFailure(failure: Failure): string {
  switch (failure.kind) {
    case "mistake":
      return `${failure.message} ${failure.hint}`;
    case "bug":
      return failure.stack;
  }
}
