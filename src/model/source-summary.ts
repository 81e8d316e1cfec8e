import type { FailureKind } from "./outcome.ts";
import type { Us } from "./units.ts";

/** One of several local addresses that connections came from. */
export interface SourceSummary {
  /** "others": those that are not told apart, of very many. */
  readonly address: string;
  /** Started from there; one that tried again counts where it ended. */
  readonly devices: number;
  /** Of these; one that waited to try again when the run was stopped is among them. */
  readonly failed: number;
  /** Attempts from there that failed and were followed by another, which may have come from elsewhere. */
  readonly triedAgain: number;
  /** Most frequent first; those of `triedAgain` too. */
  readonly failures: readonly { readonly kind: FailureKind; readonly count: number }[];
  /** Of provisioned devices in the measured phases; null: too few samples. */
  readonly roundTrip: { readonly count: number; readonly p50: Us | null; readonly p99: Us | null };
  readonly logins: number;
  /** Without an answer, or without the proof that was asked for. */
  readonly failedLogins: number;
  /** So much more failed than from the others that it is no accident. */
  readonly standsOut: boolean;
}
