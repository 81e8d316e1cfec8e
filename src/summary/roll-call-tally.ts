import type { Entry } from "../model/entry.ts";
import { calledIn, deviceVerdict, type FailureKind, type RollCallEntry } from "../model/outcome.ts";
import type { RollCallPlan } from "../model/plan.ts";
import type { HoldSummary, NegativeControl, RollCallSummary } from "../model/summary.ts";
import { worseControl } from "../model/worse-control.ts";
import { mostFrequent } from "./counts.ts";
import { createReconnectTally, mergeReconnects, type ReconnectTally, reconnectsOf } from "./reconnect-tally.ts";
import { secondsFromUs, us } from "../model/units.ts";
import {
  addFirst,
  count,
  type Counted,
  createFirstDevices,
  deviceLabel,
  type FirstDevices,
  mergeCounted,
  ranked,
} from "./first-devices.ts";

const ABSENT_LIMIT = 20;
export interface RollCallTally {
  /** A device may have several. */
  logins: number;
  /** Devices, as the rows below. */
  connected: number;
  mute: number;
  refused: number;
  unreachable: number;
  uncalled: number;
  readonly muteByKind: Map<FailureKind, Counted>;
  readonly refusedByCode: Map<number, Counted>;
  readonly unreachableByKind: Map<FailureKind, Counted>;
  readonly absent: FirstDevices;
  firstStarted: number;
  lastEnded: number;
  control: NegativeControl;
  hold: HoldSummary | undefined;
  readonly reconnects: ReconnectTally;
}

export function createRollCallTally(): RollCallTally {
  return {
    logins: 0,
    connected: 0,
    mute: 0,
    refused: 0,
    unreachable: 0,
    uncalled: 0,
    muteByKind: new Map(),
    refusedByCode: new Map(),
    unreachableByKind: new Map(),
    absent: createFirstDevices(ABSENT_LIMIT),
    firstStarted: Infinity,
    lastEnded: -Infinity,
    control: "not-made",
    hold: undefined,
    reconnects: createReconnectTally(),
  };
}

/** Of a device with several logins the last has the verdict; each of them counts as a login. */
export function addLogin(tally: RollCallTally, entry: RollCallEntry): void {
  const { seq, name, started, ended } = entry;
  if (entry.verdict.state !== "uncalled") {
    tally.logins += 1;
    tally.firstStarted = Math.min(tally.firstStarted, started);
    tally.lastEnded = Math.max(tally.lastEnded, ended);
  }
  const verdict = deviceVerdict(entry);
  if (verdict === undefined) return;
  tally[verdict.state] += 1;
  if (verdict.state === "uncalled" || verdict.state === "connected") return;
  const device = deviceLabel(seq, name);
  addFirst(tally.absent, { seq, name: device });
  if (verdict.state === "refused") count(tally.refusedByCode, verdict.code, { seq, device, text: verdict.reason });
  else {
    const byKind = verdict.state === "mute" ? tally.muteByKind : tally.unreachableByKind;
    count(byKind, verdict.kind, { seq, device, text: verdict.detail });
  }
}

export function addControl(tally: RollCallTally, { result }: Extract<Entry, { kind: "negative-control" }>): void {
  tally.control = worseControl(tally.control, result);
}

export function addHold(tally: RollCallTally, hold: HoldSummary): void {
  tally.hold = tally.hold === undefined ? hold : mergeHold(tally.hold, hold);
}

export function mergeRollCall(into: RollCallTally, from: RollCallTally): void {
  mergeCounted(into.muteByKind, from.muteByKind);
  for (const key of ["logins", "connected", "mute", "refused", "unreachable", "uncalled"] as const)
    into[key] += from[key];
  mergeCounted(into.refusedByCode, from.refusedByCode);
  mergeCounted(into.unreachableByKind, from.unreachableByKind);
  for (const device of from.absent.devices) addFirst(into.absent, device);
  into.firstStarted = Math.min(into.firstStarted, from.firstStarted);
  into.lastEnded = Math.max(into.lastEnded, from.lastEnded);
  into.control = worseControl(into.control, from.control);
  if (from.hold !== undefined) addHold(into, from.hold);
  mergeReconnects(into.reconnects, from.reconnects);
}

export function rollCallOf(
  tally: RollCallTally,
  { when, proof }: Pick<RollCallPlan, "when" | "proof">,
  duplicates: RollCallSummary["duplicates"],
): RollCallSummary {
  const called = calledIn(tally);
  const seconds = tally.logins === 0 ? 0 : secondsFromUs(us(tally.lastEnded - tally.firstStarted));
  return {
    when,
    called,
    connected: tally.connected,
    ...(proof === undefined ? {} : { proof, mute: byKindOf(tally.muteByKind) }),
    refused: ranked(tally.refusedByCode).map(([code, { text, count }]) => ({ code, reason: text, count })),
    unreachable: byKindOf(tally.unreachableByKind),
    absent: tally.absent.devices.map((device) => device.name),
    loginsPerSecond: seconds > 0 ? tally.logins / seconds : null,
    negativeControl: tally.control,
    duplicates,
    hold:
      tally.hold?.notBack === undefined ? tally.hold : { ...tally.hold, reconnects: reconnectsOf(tally.reconnects) },
  };
}

function byKindOf(counted: ReadonlyMap<FailureKind, Counted>): RollCallSummary["unreachable"] {
  return ranked(counted).map(([kind, { text, count }]) => ({ kind, count, example: text }));
}

function mergeHold(a: HoldSummary, b: HoldSummary): HoldSummary {
  const lost = new Map<string, number>();
  for (const { reason, count } of [...a.lost, ...b.lost]) lost.set(reason, (lost.get(reason) ?? 0) + count);
  return {
    duration: us(Math.max(a.duration, b.duration)),
    sessions: a.sessions + b.sessions,
    stayed: a.stayed + b.stayed,
    lost: mostFrequent(lost).map(([reason, count]) => ({ reason, count })),
    ...(a.notBack === undefined && b.notBack === undefined ? {} : { notBack: (a.notBack ?? 0) + (b.notBack ?? 0) }),
  };
}
