import type { AttemptTimes } from "./retry-summary.ts";
import type { LoginStage, RollCallEntry } from "./outcome.ts";
import type { Seq, Us } from "./units.ts";

/** A fleet that is already there: devices of an earlier run that stay connected and publish while others are provisioned. */
export interface BackgroundPlan {
  /** Id of the run that provisioned them; "" until they are made. */
  readonly run: string;
  /** Its folder, absolute: their credentials stay there. */
  readonly folder: string;
  /** They are made for this run, by one of its own before it: what cleans up this run takes them away too. */
  readonly made?: true;
  /** The first so many of its roster. */
  readonly devices: number;
  readonly publish: "telemetry" | "attributes";
  /** From one message of a device to its next. */
  readonly every: Us;
  /** How long they are measured by themselves, before the load and after it. */
  readonly settle: Us;
  /** Logins a second while they connect, of all generators together. */
  readonly connectRate: number;
}

/** One that is still to be made has no devices to log in. */
export function isThere(background: BackgroundPlan | undefined): background is BackgroundPlan {
  return background !== undefined && background.run !== "";
}

/** How many of its devices are still to be made: none where they are there. */
export function yetToMake(background: BackgroundPlan | undefined): number {
  return background?.run === "" ? background.devices : 0;
}

/** What tells of a message that it has come: over MQTT its PUBACK, else the answer to its request. */
export function replyName({ over }: Pick<BackgroundSummary, "over">): "PUBACK" | "answer" {
  return over === undefined ? "PUBACK" : "answer";
}

/** What the run is doing while a message is due. */
export type BackgroundStage =
  | { readonly kind: "before" }
  | { readonly kind: "load"; readonly phase: number }
  | { readonly kind: "roll-call" }
  | { readonly kind: "hold" }
  | { readonly kind: "after" };

/** One login of a device of the background; `seq` and `name` are those of its own run. */
export interface BackgroundLogin {
  readonly seq: Seq;
  readonly name: string | undefined;
  readonly intended: Us;
  readonly started: Us;
  readonly marks: Readonly<Partial<Record<LoginStage, Us>>>;
  readonly peer?: string;
  readonly source?: string;
  /** Which of several places it logged in at; absent: there is one. */
  readonly place?: string;
  readonly ended: Us;
  /** "uncalled": the run was stopped before it was answered. */
  readonly verdict: RollCallEntry["verdict"];
  /** Of one whose session was lost: when, and the number of this login after that; absent: the first of all. */
  readonly again?: { readonly lost: Us; readonly number: number };
}

export interface BackgroundLoss {
  readonly seq: Seq;
  readonly name: string | undefined;
  readonly at: Us;
  readonly reason: string;
}

/** Up to now: totals since the start, but for those who are connected. */
export interface BackgroundProgress {
  readonly connected: number;
  /** Sessions, each time that one was lost. */
  readonly lost: number;
  readonly acknowledged: number;
  readonly timedOut: number;
}

/** What became of a message that was due; "offline": its device had lost its session; "dropped": the message before was not acknowledged yet. */
export const MESSAGE_ENDS = ["refused", "lost", "offline", "dropped", "aborted"] as const;
export type MessageEnd = (typeof MESSAGE_ENDS)[number];

/** Messages that were due in one second of one stage. Several of the same second add up. */
export interface MessageTally {
  readonly stage: BackgroundStage;
  /** Of the run, by the time at which they were due. */
  readonly second: number;
  readonly intended: number;
  readonly acknowledged: MessageTimes;
  /** At the time that was waited. */
  readonly timedOut: MessageTimes;
  /** Those without a time, as far as there are any. */
  readonly ended: Readonly<Partial<Record<MessageEnd, number>>>;
}

/** In the same order: from sending to PUBACK, and from the time at which it was due. */
export interface MessageTimes {
  readonly roundTrips: readonly Us[];
  readonly responseTimes: readonly Us[];
}

/**
 * asked = connected + refused + unreachable + uncalled + unreported; intended = acknowledged + timedOut + refused + lost + offline +
 * dropped + aborted + unreported.
 */
export interface BackgroundSummary {
  /** Id of the run whose devices they are. */
  readonly run: string;
  readonly publish: BackgroundPlan["publish"];
  readonly every: Us;
  /** Absent: MQTT. Each message is a request of its own then, and what is told of its PUBACK is told of its answer. */
  readonly over?: "http" | "coap";
  readonly devices: {
    readonly asked: number;
    readonly connected: number;
    readonly refused: number;
    readonly unreachable: number;
    readonly uncalled: number;
    /** Of a generator that died. */
    readonly unreported: number;
  };
  /** Why devices could not log in. */
  readonly notConnected: readonly { readonly reason: string; readonly count: number; readonly example: string }[];
  readonly sessions: {
    /** Devices that lost their session at least once. */
    readonly lost: number;
    readonly losses: readonly { readonly reason: string; readonly count: number }[];
    /** The first of them, by time. */
    readonly first: readonly { readonly at: Us; readonly device: string; readonly reason: string }[];
    /** Not connected at the end. */
    readonly notBack: number;
    /** Absent: no device may try again. */
    readonly reconnects?: { readonly attempts: number; readonly timeToBack: AttemptTimes };
  };
  readonly messages: MessageCounts;
  /** From sending to PUBACK in the measured phases together. */
  readonly measured: MessageLatency;
  /** In their order, those in which a message was due. */
  readonly stages: readonly BackgroundStageSummary[];
  /** Absent: no message was acknowledged or timed out, and no session was lost. */
  readonly course?: BackgroundCourse;
  /** Equations that do not hold, in words. */
  readonly imbalances: readonly string[];
}

/** Over the time of the run, in windows of whole seconds; lists have an entry a window. */
export interface BackgroundCourse {
  /** Second of the run at which the first window begins. */
  readonly from: number;
  /** Seconds that a window lasts. */
  readonly step: number;
  /** Round trips of the messages that were due in a window, time-outs included; null: less than one of them lies beyond the quantile. */
  readonly p50: readonly (Us | null)[];
  readonly p99: readonly (Us | null)[];
  readonly max: readonly (Us | null)[];
  /** Sessions lost. */
  readonly lost: readonly number[];
}

export interface MessageCounts extends Readonly<Record<MessageEnd, number>> {
  readonly intended: number;
  readonly acknowledged: number;
  readonly timedOut: number;
  /** Due, and nothing more is known: their generator died. */
  readonly unreported: number;
}

export interface BackgroundStageSummary {
  /** "before", a phase's name, "roll call", "hold", "after". */
  readonly name: string;
  readonly stage: BackgroundStage;
  readonly messages: MessageCounts;
  /** From sending to PUBACK, time-outs at the time that was waited. */
  readonly roundTrip: MessageLatency;
  /** The same from the time at which each was due. */
  readonly responseTime: MessageLatency;
}

/** Null: too few samples, or none. */
export interface MessageLatency {
  readonly count: number;
  readonly p50: Us | null;
  readonly p90: Us | null;
  readonly p99: Us | null;
  readonly max: Us | null;
}
