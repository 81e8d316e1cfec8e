import {
  type BackgroundLogin,
  type BackgroundLoss,
  type BackgroundStage,
  MESSAGE_ENDS,
  type MessageEnd,
  type MessageTally,
} from "../model/background.ts";
import type { Phase } from "../model/plan.ts";
import { secondsFromUs, type Us, us } from "../model/units.ts";
import { addHistogram, createHistogram, type Histogram, recordValue } from "../record/histograms.ts";
import { sumOf } from "./arrivals.ts";
import { addTo } from "./counts.ts";
import { count, type Counted, deviceLabel, mergeCounted } from "./first-devices.ts";
import { addReconnect, createReconnectTally, mergeReconnects, type ReconnectTally } from "./reconnect-tally.ts";
import { addRoundTrip, addRoundTrips, createRoundTrips, type RoundTrips } from "./round-trips.ts";

/** What the journals say of a fleet that was already there. Merging adds up. */
export interface BackgroundTally {
  /** First logins, by what came of them. */
  readonly logins: Record<BackgroundLogin["verdict"]["state"], number>;
  readonly notConnected: Map<string, Counted>;
  /** Seqs of devices that lost their session, and of those that are not back. */
  readonly lost: Set<number>;
  readonly away: Set<number>;
  readonly losses: Map<string, number>;
  readonly firstLosses: Loss[];
  readonly reconnects: ReconnectTally;
  readonly stages: Map<string, StageTally>;
  readonly seconds: BackgroundSeconds;
}

/** By second of the run: round trips of messages that were due in it, time-outs among them, and sessions that were lost in it. */
export type BackgroundSeconds = Map<number, { readonly roundTrips: RoundTrips; lost: number }>;

interface Loss {
  readonly at: Us;
  readonly seq: number;
  readonly device: string;
  readonly reason: string;
}

/** Of all generators, in one stage of the run. */
export interface StageTally {
  readonly stage: BackgroundStage;
  readonly counts: Record<MessageEnd | "intended" | "acknowledged" | "timedOut", number>;
  /** With time-outs; undefined: there was neither. */
  roundTrips: Histogram | undefined;
  responseTimes: Histogram | undefined;
  /** Sent minus due, of those that have a time. */
  lateness: Histogram | undefined;
}

const LOSSES_SHOWN = 20;

export function createBackgroundTally(): BackgroundTally {
  return {
    logins: { connected: 0, mute: 0, refused: 0, unreachable: 0, uncalled: 0 },
    notConnected: new Map(),
    lost: new Set(),
    away: new Set(),
    losses: new Map(),
    firstLosses: [],
    reconnects: createReconnectTally(),
    stages: new Map(),
    seconds: new Map(),
  };
}

export function addBackgroundLogin(tally: BackgroundTally, login: BackgroundLogin): void {
  const { seq, name, verdict, again, ...rest } = login;
  if (again !== undefined) {
    addReconnect(tally.reconnects, { ...rest, ...again, seq, name, verdict });
    if (verdict.state === "connected") tally.away.delete(seq);
    return;
  }
  tally.logins[verdict.state] += 1;
  if (verdict.state === "connected" || verdict.state === "uncalled") return;
  const device = deviceLabel(seq, name);
  const refused = verdict.state === "refused";
  const example = { seq, device, text: refused ? verdict.reason : verdict.detail };
  count(tally.notConnected, refused ? verdict.reason : verdict.kind, example);
}

export function addBackgroundLoss(tally: BackgroundTally, { seq, name, at, reason }: BackgroundLoss): void {
  tally.lost.add(seq);
  tally.away.add(seq);
  addTo(tally.losses, reason, 1);
  secondIn(tally, Math.floor(secondsFromUs(at))).lost += 1;
  addFirstLoss(tally.firstLosses, { at, seq, device: deviceLabel(seq, name), reason });
}

export function addMessages(tally: BackgroundTally, messages: MessageTally): void {
  const { acknowledged, timedOut, ended } = messages;
  const stage = stageIn(tally, messages.stage);
  stage.counts.intended += messages.intended;
  stage.counts.acknowledged += acknowledged.roundTrips.length;
  stage.counts.timedOut += timedOut.roundTrips.length;
  for (const end of MESSAGE_ENDS) stage.counts[end] += ended[end] ?? 0;
  for (const { roundTrips, responseTimes } of [acknowledged, timedOut]) {
    if (roundTrips.length === 0) continue;
    const second = secondIn(tally, messages.second);
    for (const time of roundTrips) {
      recordValue((stage.roundTrips ??= createHistogram()), time);
      addRoundTrip(second.roundTrips, time);
    }
    for (const [index, time] of responseTimes.entries()) {
      recordValue((stage.responseTimes ??= createHistogram()), time);
      recordValue((stage.lateness ??= createHistogram()), us(time - (roundTrips[index] ?? time)));
    }
  }
}

export function mergeBackground(into: BackgroundTally, from: BackgroundTally): void {
  for (const state of Object.keys(into.logins) as (keyof BackgroundTally["logins"])[]) {
    into.logins[state] += from.logins[state];
  }
  mergeCounted(into.notConnected, from.notConnected);
  for (const seq of from.lost) into.lost.add(seq);
  for (const seq of from.away) into.away.add(seq);
  for (const [reason, losses] of from.losses) addTo(into.losses, reason, losses);
  for (const loss of from.firstLosses) addFirstLoss(into.firstLosses, loss);
  mergeReconnects(into.reconnects, from.reconnects);
  for (const [second, { roundTrips, lost }] of from.seconds) {
    const own = secondIn(into, second);
    addRoundTrips(own.roundTrips, roundTrips);
    own.lost += lost;
  }
  for (const { stage, counts, roundTrips, responseTimes, lateness } of from.stages.values()) {
    const own = stageIn(into, stage);
    for (const key of Object.keys(counts) as (keyof StageTally["counts"])[]) own.counts[key] += counts[key];
    own.roundTrips = sumOf(own.roundTrips, roundTrips);
    own.responseTimes = sumOf(own.responseTimes, responseTimes);
    own.lateness = sumOf(own.lateness, lateness);
  }
}

/** What `of` gives of each stage, of the measured phases together. */
export function measuredIn(
  { stages }: BackgroundTally,
  phases: readonly Pick<Phase, "warmup">[],
  of: (tally: StageTally) => Histogram | undefined,
): Histogram {
  const all = createHistogram();
  for (const tally of stages.values()) {
    const own = of(tally);
    if (own === undefined || tally.stage.kind !== "load" || phases[tally.stage.phase]?.warmup !== false) continue;
    addHistogram(all, own);
  }
  return all;
}

function secondIn({ seconds }: BackgroundTally, second: number) {
  let found = seconds.get(second);
  if (found === undefined) {
    found = { roundTrips: createRoundTrips(), lost: 0 };
    seconds.set(second, found);
  }
  return found;
}

function addFirstLoss(losses: Loss[], loss: Loss): void {
  losses.push(loss);
  losses.sort((a, b) => a.at - b.at || a.seq - b.seq);
  if (losses.length > LOSSES_SHOWN) losses.pop();
}

function stageIn({ stages }: BackgroundTally, stage: BackgroundStage): StageTally {
  const key = stage.kind === "load" ? `load ${stage.phase}` : stage.kind;
  let found = stages.get(key);
  if (found === undefined) {
    const ends = { refused: 0, lost: 0, offline: 0, dropped: 0, aborted: 0 };
    const counts = { intended: 0, acknowledged: 0, timedOut: 0, ...ends };
    found = { stage, counts, roundTrips: undefined, responseTimes: undefined, lateness: undefined };
    stages.set(key, found);
  }
  return found;
}
