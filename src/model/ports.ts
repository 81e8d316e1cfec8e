import type { Credentials, Device } from "./device.ts";
import type { Entry } from "./entry.ts";
import type { FailureKind, LoginStage, RejectionStatus, Stage, Verdict } from "./outcome.ts";
import type { RunStage, Snapshot } from "./snapshot.ts";
import type { Seq, Us } from "./units.ts";

/** The run's clock: 0 at the agreed start, negative before it. */
export interface Clock {
  now(): Us;
  /** Resolves at `t`, or as soon as `stop` is aborted (it does not reject). */
  sleepUntil(t: Us, stop: AbortSignal): Promise<void>;
}

/** Arrival times of one phase, relative to its start: pure, non-decreasing in the index (0 to total - 1). */
export interface Schedule {
  readonly total: number;
  at(index: number): Us;
}

/** Who: pure in (seed, seq). */
export interface Fleet {
  /** `attempt`: from 1, where each asks for a name of its own. */
  device(seq: Seq, attempt?: number): Device;
}

/**
 * Called by a wire when a stage is reached; reads the clock at once. `address`: the one that the device is connected to, once it is known;
 * of "leaving", which is no stage, the local one of `target.from` that its connection comes from, whatever becomes of it. `waited`:
 * milliseconds by which the stage is sure to have been reached earlier, as the socket had what tells of it before it was read.
 */
export type Mark = (stage: Stage | "leaving", address?: string, waited?: number) => void;
export type LoginMark = (stage: LoginStage | "leaving", address?: string) => void;

/** What ThingsBoard answered. */
export type Reply =
  | { readonly status: "SUCCESS"; readonly credentials: Credentials }
  | { readonly status: RejectionStatus; readonly message: string };

/** Provisions one device over a connection of its own. Rejects with WireError only, also when `stop` is aborted. */
export interface Provisioner {
  provision(device: Device, mark: Mark, stop: AbortSignal): Promise<Reply>;
  /** Releases what is shared between devices (keep-alive connections). */
  close(): Promise<void>;
}

/** Logs in with issued credentials. Never rejects: what goes wrong is the verdict. */
export interface Login {
  login(credentials: Credentials, mark: LoginMark, stop: AbortSignal): Promise<Admission>;
  close(): Promise<void>;
}

/** One place of several, or that of one group, and what speaks with it. */
export interface Route {
  /** As journals and tables call it: see `placeName`. Undefined: all devices of its group go there, and it is named nowhere. */
  readonly name: string | undefined;
  readonly provisioner: Provisioner;
  /** Undefined: nobody logs in. */
  readonly login: Login | undefined;
}

/** Shares devices out to several places, or sends each to that of its group. Synchronous: nothing is looked up while a device waits. */
export interface Routes {
  /** Where a device goes with its first attempt (0) or a later one. It is in flight there until it is freed. */
  take(seq: Seq, attempt: number): Route;
  free(route: Route): void;
  /** Where a device logs in with what `issuedAt` gave it (undefined: it is not known who did), in this order: one place, or each. */
  logins(seq: Seq, issuedAt: string | undefined): readonly Route[];
  close(): Promise<void>;
}

export interface Admission {
  readonly verdict: Verdict;
  /** The open session, where the login was asked to keep it (hold); the caller closes it. */
  readonly session: HeldSession | undefined;
}

export interface HeldSession {
  /** Resolves with the reason when the target ends it; stays pending after close(). */
  readonly lost: Promise<string>;
  close(): Promise<void>;
  /**
   * Sends a message; `heard` is called when it is acknowledged, with what was said against it, if anything was. Only of the last
   * message is it told. Absent: the login was asked for a session that says nothing.
   */
  publish?(heard: (refusal: string | undefined) => void): void;
}

/** Takes every entry of one generator. `add` is synchronous, never throws and never blocks on a reader. */
export interface Sink {
  add(entry: Entry): void;
  /** Whether all that was added up to now is kept, asked right after a claim: without it no device may start. Absent: it always is. */
  readonly keepsAll?: () => boolean;
  /** Resolves with the reason if entries can no longer be kept (full disk): the run must stop; pending otherwise. */
  readonly failed: Promise<Error>;
  close(): Promise<void>;
}

/** Where all generators wait for each other: before each phase, the roll call and the hold. */
export interface Barrier {
  /** Announces arrival at `stage` (e.g. "phase 0", "roll call"); resolves with the agreed start. Rejects never; aborts with `stop`. */
  arrive(stage: string, stop: AbortSignal): Promise<Us>;
}

/** Generator `index` of `count` has every seq that is congruent to `index` modulo `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Receives a snapshot a second; must return at once. */
export type SnapshotSink = (snapshot: Snapshot) => void;

/** What a running generator lets others read once a second; totals since its start. */
export interface Progress {
  readonly stage: RunStage;
  /** Arrivals whose intended time has passed. */
  readonly planned: number;
  readonly started: number;
  readonly inFlight: number;
  readonly held: number;
  /** Devices that wait for their next attempt: not in flight. */
  readonly waiting: number;
  /** p99 of started minus intended since the call before; 0 if nothing started. Calling it begins the next interval. */
  takeLateness(): Us;
}

/** How a wire failed. The only error that leaves a Provisioner. */
export class WireError extends Error {
  readonly kind: FailureKind | "aborted";
  /** Safe to print: no secrets, no payloads with credentials. */
  readonly detail: string;
  /** The server is sure not to have created a device: it never got the request, or refused it before it did anything. */
  readonly nothingMade: boolean;

  constructor(kind: FailureKind | "aborted", detail: string, cause?: unknown, nothingMade = false) {
    super(`${kind}: ${detail}`, cause === undefined ? undefined : { cause });
    this.name = "WireError";
    this.kind = kind;
    this.detail = detail;
    this.nothingMade = nothingMade;
  }
}
