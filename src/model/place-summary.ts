import type { FailureKind } from "./outcome.ts";
import type { RollCallPlan, Spread } from "./plan.ts";
import type { Us } from "./units.ts";

/** One of several addresses that devices were sent to. */
export interface PlaceSummary {
  /** Address (or name) and port. */
  readonly place: string;
  /** Started there. */
  readonly devices: number;
  readonly provisioned: number;
  readonly rejected: number;
  readonly failed: number;
  readonly aborted: number;
  /** Most frequent first. */
  readonly failures: readonly { readonly kind: FailureKind; readonly count: number }[];
  /** Provisioned in the measured phases, over the time that these took; null: too short to tell. */
  readonly perSecond: number | null;
  /** Of provisioned devices in the measured phases; null: too few samples. */
  readonly roundTrip: { readonly count: number; readonly p50: Us | null; readonly p99: Us | null };
  /** Devices that the server may have made though no client was told. */
  readonly unknown: number;
  /** Those that it did make; null: nobody asked it. */
  readonly ghosts: number | null;
  readonly outages: readonly Outage[];
}

/** A time in which everybody who was sent to a place failed. */
export interface Outage {
  readonly from: Us;
  /** When somebody who started then was answered again; null: nobody was until the load ended. */
  readonly to: Us | null;
  readonly failures: number;
}

/** How devices were shared out to several places. */
export interface SpreadFacts {
  readonly how: Spread;
  /** The same plan sends the same device to the same place again. */
  readonly reproducible: boolean;
}

/** Logins by the place that issued the credentials and the place that was to let them in. */
export interface LoginPlacesSummary {
  readonly at: NonNullable<RollCallPlan["at"]>;
  readonly pairs: readonly LoginPair[];
}

export interface LoginPair {
  readonly issuedAt: string;
  /** Where the logins were made. */
  readonly place: string;
  readonly logins: number;
  readonly refused: number;
  /** Without an answer. */
  readonly failed: number;
  /** Of those that were let in; null: too few samples. */
  readonly login: { readonly count: number; readonly p50: Us | null; readonly p99: Us | null };
}
