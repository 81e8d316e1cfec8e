import { type Us, us } from "./units.ts";

/** All of one set of outcomes: the measured phases, or one phase. */
export interface Figures {
  /** Arrivals that fell due: not those that an interruption dropped, nor those of which a dead generator says nothing. */
  readonly planned: number;
  readonly started: number;
  readonly provisioned: number;
  /** (rejected + failed, unexpected ones, undeserved and dropped by the cap) / planned; null if nothing was planned. */
  readonly failureRate: number | null;
  /** First intended to last ended. */
  readonly duration: Us;
  /** Starts a second as planned; null under closed load. */
  readonly plannedRate: number | null;
  readonly startedRate: number | null;
  /** Provisioned devices a second. */
  readonly provisionedRate: number | null;
  readonly latencies: Readonly<Record<Metric, LatencyByState>>;
}

/** measurement.md, "Clocks and stages": what each is from and to. */
export const METRICS = [
  "roundTrip",
  "responseTime",
  "serviceTime",
  "connect",
  "accept",
  "acknowledge",
  "login",
  "timeToUsable",
] as const;
export type Metric = (typeof METRICS)[number];

/** Success and failure never share a histogram. Time-outs are in `failure`, at their value, and counted. */
export interface LatencyByState {
  readonly success: Latency;
  readonly failure: Latency;
  /**
   * Success and time-outs together: what percentiles must not hide when the server stops answering. Kept for
   * roundTrip, responseTime, serviceTime and login; elsewhere equal to `success`.
   */
  readonly withTimeouts: Latency;
  readonly timeouts: number;
}

export interface Latency {
  readonly count: number;
  readonly min: Us | null;
  readonly mean: number | null;
  readonly max: Us | null;
  readonly quantiles: readonly Quantile[];
  /** Values beyond 10 minutes, counted and never clamped. */
  readonly overflow: number;
}

export interface Quantile {
  /** 0.5, 0.9, 0.95, 0.99, 0.999. */
  readonly q: number;
  /** Null: too few samples for a two-sided 95 % interval. */
  readonly value: Us | null;
  readonly low: Us | null;
  readonly high: Us | null;
  /**
   * What it is at least, if every answer had lain unread in the generator as long as it may have: what lies between may be the
   * instrument's own. Absent: that was not recorded for all of them.
   */
  readonly atLeast?: Us | null | undefined;
  /** How many samples this quantile needs. */
  readonly needs: number;
}

/** Undefined: it is none of those that are kept. */
export function quantileOf({ quantiles }: Pick<Latency, "quantiles">, q: number): Quantile | undefined {
  return quantiles.find((quantile) => quantile.q === q);
}

/** How much of a quantile may be the generator's own; null: not known. */
export function ownShareOf({ value, atLeast }: Quantile): Us | null {
  return value === null || atLeast === undefined || atLeast === null ? null : us(Math.max(0, value - atLeast));
}
