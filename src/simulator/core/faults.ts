import type { Random } from "../timing/random.ts";

/**
 * What can go wrong on purpose, over every transport, and when it strikes unless `at` says otherwise.
 * At accept (of a device; over CoAP, which has no connections, at each request): `slow-accept` (reads nothing for `ms`), `half-open` (accepts, then neither reads nor writes).
 * At request: `drop` (the request is lost), `delay` (the answer comes `ms` later), `duplicate` (the answer comes twice),
 * `reset` (RST), `close`, `garbage` (bytes that are not the protocol), `ghost` (the device is created, the request times out
 * after `ms`), `late` (the core takes the request up only `ms` later, whoever still waits), `false-failure` (the device is created, the answer is FAILURE), `queue-full` (the core's error at once), `acknowledge-only` (the device is created; of the answer only its
 * acknowledgement comes, where there is one), `other-topic` (the answer goes to a topic, or has a token, that nobody asked for;
 * over HTTP it does not come), `fragment` (the answer byte by byte; over CoAP whole, as datagrams are), `other-credentials` (of
 * a device that nobody asked for), `same-credentials` (those of the first device that this fault met).
 * At login: `admits-anyone`, `refuses-good`.
 * At store: `unstored` (telemetry is acknowledged and lost on the way to the database). At speech: `mute` (what a device says after its login, telemetry or a question, is neither acknowledged nor answered).
 * At REST: `too-many-requests` (429), `expired-token` (a good token is taken for an old one), `slow-page` (a listing takes `ms`).
 */
export type FaultKind =
  | "slow-accept"
  | "half-open"
  | "drop"
  | "delay"
  | "duplicate"
  | "reset"
  | "close"
  | "garbage"
  | "ghost"
  | "late"
  | "false-failure"
  | "queue-full"
  | "acknowledge-only"
  | "other-topic"
  | "fragment"
  | "other-credentials"
  | "same-credentials"
  | "admits-anyone"
  | "refuses-good"
  | "mute"
  | "unstored"
  | "too-many-requests"
  | "expired-token"
  | "slow-page";

export type FaultPoint = "accept" | "request" | "login" | "speech" | "store" | "rest";

export interface Fault {
  readonly kind: FaultKind;
  /** Share of the cases it strikes, 0 to 1; default 1. */
  readonly rate?: number;
  /** Names of the only devices it strikes; at accept nobody is known yet, so there it strikes none. */
  readonly devices?: readonly string[];
  /** `reset`, `close`, `garbage`, `drop` and `half-open` can strike anywhere; `delay` at request or login. */
  readonly at?: FaultPoint;
  /** Milliseconds, where the kind takes a time; default 1,000 (ghost: the request time-out). */
  readonly ms?: number;
}

export interface FaultPicker {
  /** The first fault that strikes here; `device`: its name, undefined while unknown. */
  pick(point: FaultPoint, device: string | undefined): Fault | undefined;
}

const DEFAULT_DELAY_MS = 1_000;

export function delayOf(fault: Fault): number {
  return fault.ms ?? DEFAULT_DELAY_MS;
}

/** Where a kind strikes unless told otherwise; those not named strike at the request. */
const POINTS: Readonly<Partial<Record<FaultKind, FaultPoint>>> = {
  "slow-accept": "accept",
  "half-open": "accept",
  "admits-anyone": "login",
  "refuses-good": "login",
  mute: "speech",
  unstored: "store",
  "too-many-requests": "rest",
  "expired-token": "rest",
  "slow-page": "rest",
};

export function createFaultPicker(faults: readonly Fault[], random: Random): FaultPicker {
  if (faults.length === 0) return { pick: () => undefined };
  const rules = faults.map((fault) => ({
    fault,
    point: fault.at ?? POINTS[fault.kind] ?? "request",
    rate: fault.rate ?? 1,
    devices: fault.devices === undefined ? undefined : new Set(fault.devices),
  }));
  return {
    pick: (point, device) =>
      rules.find((rule) => {
        if (rule.point !== point) return false;
        if (rule.devices !== undefined && (device === undefined || !rule.devices.has(device))) return false;
        return rule.rate >= 1 || random.next() < rule.rate;
      })?.fault,
  };
}
