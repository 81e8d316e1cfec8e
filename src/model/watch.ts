import type { TlsPlan } from "./plan.ts";
import type { Secret } from "./secret.ts";
import type { Us } from "./units.ts";

/** What is asked of a server about itself while a run lasts, as a scenario says it. */
export interface WatchPlan {
  readonly every: Us;
  /** ThingsBoard's own account of its services, which a system administrator alone is told. */
  readonly systemInfo: boolean;
  readonly systemUser: string | undefined;
  /** URLs without user and password. */
  readonly prometheus: readonly string[];
  /** Of every one of these URLs: basic authentication, or a bearer token. */
  readonly username: string | undefined;
  readonly password: Secret | undefined;
  readonly bearer: Secret | undefined;
  readonly tls: TlsPlan | undefined;
  /** Prometheus selectors; see MetricSelector. */
  readonly metrics: readonly string[];
}

/** What one service said of itself at one instant. */
export interface ServiceReading {
  readonly service: string;
  /** ThingsBoard's word for what it is: TB_CORE, TB_TRANSPORT, MONOLITH. */
  readonly type?: string;
  readonly processors?: number;
  readonly memoryBytes?: number;
  readonly diskBytes?: number;
  readonly values: readonly MetricReading[];
}

export interface MetricReading {
  /** "cpu", "memory", "disk" (shares of the machine, 0 to 1), or a selector of a Prometheus endpoint. */
  readonly metric: string;
  readonly value: number;
  /** It only grows: what matters is how fast. */
  readonly counter?: true;
}

/** Requests and bytes of answers that a look cost. */
export interface LookCost {
  readonly requests: number;
  readonly bytes: number;
}

/** A line of watch.ndjson in a run's folder. */
export type WatchRecord =
  | {
      readonly version: 1;
      readonly kind: "begin";
      /** ISO 8601, wall clock; so in every line. */
      readonly at: string;
      readonly every: Us;
      readonly sources: readonly string[];
    }
  | (LookCost & {
      readonly version: 1;
      readonly kind: "look";
      readonly at: string;
      readonly source: string;
      readonly took: Us;
      readonly services: readonly ServiceReading[];
      /** More than are read of one answer. */
      readonly leftOut: number;
    })
  | (LookCost & {
      readonly version: 1;
      readonly kind: "gap";
      readonly at: string;
      readonly source: string;
      readonly took: Us;
      readonly why: string;
    })
  | (LookCost & {
      readonly version: 1;
      /** The run ended before there was an answer. */
      readonly kind: "cut";
      readonly at: string;
      readonly source: string;
      readonly took: Us;
    });

/** What a run's server said of itself, on the run's time axis. */
export interface WatchSummary {
  readonly every: Us;
  readonly sources: readonly WatchedSource[];
  readonly services: readonly WatchedService[];
  readonly servicesLeftOut: number;
  readonly course: WatchCourse;
}

/** One that was asked, and what asking cost. */
export interface WatchedSource {
  readonly source: string;
  readonly looks: number;
  readonly gaps: number;
  readonly firstGap: { readonly at: Us; readonly why: string } | null;
  readonly requests: number;
  readonly bytes: number;
  /** Of looks that were answered; null: none was. */
  readonly took: { readonly median: Us; readonly most: Us } | null;
}

export interface WatchedService {
  readonly service: string;
  readonly source: string;
  readonly type: string | null;
  readonly processors: number | null;
  readonly memoryBytes: number | null;
  readonly diskBytes: number | null;
  readonly metrics: readonly WatchedMetric[];
}

export interface WatchedMetric {
  readonly metric: string;
  /** "per-second": of a counter. */
  readonly unit: WatchedUnit;
  readonly samples: number;
  readonly median: number;
  readonly most: number;
}

/** "busy": seconds in a second. */
export type WatchedUnit = "share" | "bytes" | "number" | "per-second" | "busy";

/** Windows of `step` seconds from the run's start, in each the mean; null: a gap. */
export interface WatchCourse {
  readonly step: number;
  readonly windows: number;
  readonly lines: readonly {
    readonly service: string;
    readonly metric: string;
    readonly unit: WatchedUnit;
    readonly values: readonly (number | null)[];
  }[];
}

/** The name of ThingsBoard's own account among the sources. */
export const SYSTEM_INFO = "systemInfo";
