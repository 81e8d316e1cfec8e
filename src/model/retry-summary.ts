import type { Named } from "./named.ts";
import type { Us } from "./units.ts";

/**
 * What came of a plan that lets devices try again. For attempt n: begun = provisioned + rejected + failed + aborted, and those to try
 * again are the attempts begun as number n + 1, those cut short by a stop or the limit in flight, and those of a generator that died.
 */
export interface RetrySummary {
  /** By number, from 1. */
  readonly attempts: readonly AttemptSummary[];
  /** Attempts after the first of their device. */
  readonly retries: number;
  /** Devices that tried more than once. */
  readonly devices: number;
  /** Those of them that were provisioned. */
  readonly recovered: number;
  /** Devices that failed with their last attempt. */
  readonly gaveUp: number;
  /** Devices answered FAILURE under a name whose earlier request was not answered: they are there, and their credentials are lost. */
  readonly ghostsMet: Named;
  /** From the first attempt's intended time (under closed load its start) to the credentials: of devices provisioned in measured phases. */
  readonly untilCredentials: AttemptTimes;
}

export interface AttemptSummary {
  readonly begun: number;
  readonly provisioned: number;
  readonly rejected: number;
  readonly failed: number;
  readonly aborted: number;
  /** Of the failed: with a time-out of our own. */
  readonly timeouts: number;
  /** Requests that left and got no answer that tells. */
  readonly unanswered: number;
  /** Of the failed: those whose device was to try again. */
  readonly toTryAgain: number;
  /** Of those: kept from it by a stop of the run, and by the limit of devices in flight. */
  readonly stopped: number;
  readonly capped: number;
  /** Of provisioned devices in measured phases: of this attempt alone. */
  readonly roundTrip: AttemptTimes;
}

/** Null: too few samples. */
export interface AttemptTimes {
  readonly count: number;
  readonly p50: Us | null;
  readonly p95: Us | null;
  readonly p99: Us | null;
}

/** Of devices whose held session was lost, and which logged in again. */
export interface ReconnectSummary {
  readonly attempts: number;
  /** Logins that were admitted, and so devices that were back, once for each loss. */
  readonly back: number;
  /** Turned away with an answer. */
  readonly refused: number;
  /** From the loss to the login's admission. */
  readonly timeToBack: AttemptTimes;
  /** The most logins in one second of the run, and which; null: there was none. */
  readonly peak: { readonly second: number; readonly attempts: number } | null;
}
