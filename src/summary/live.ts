import { devicesAreCeiling, devicesOf } from "../model/devices-of.ts";
import type { ClockReading } from "../model/clock-reading.ts";
import type { LiveFigures, LiveMachine, LiveQuantiles } from "../model/live.ts";
import type { Plan } from "../model/plan.ts";
import type { RunStage, Snapshot } from "../model/snapshot.ts";
import type { Grade } from "../model/summary.ts";
import { secondsFromUs, type Us, us } from "../model/units.ts";
import { addHistogram, createHistogram, decodeHistogram, type Histogram, valueAtRank } from "../record/histograms.ts";
import { LIMITS } from "./validity-limits.ts";
import { rankOf } from "./quantiles.ts";
import { createStageTimer } from "./stage-timer.ts";
import { gradeAbove, worstOf } from "./validity.ts";
import { formatPercent, formatTime } from "../writing/notation.ts";

export interface LiveFigureSource {
  /** Takes one generator's snapshot; a second at a time from each. */
  add(snapshot: Snapshot): void;
  /** A reading of a machine's clock, by its name. */
  addClock(machine: string, reading: ClockReading): void;
  /** Nothing more will be heard of that generator: what it has counted stays, what it was doing is over. */
  lose(generator: number): void;
  /** How fast open load passes from now on; 1 as planned, 0 not at all. */
  setTempo(speed: number): void;
  /** All generators together, as of their latest snapshots. */
  read(): LiveFigures;
}

/** What of one generator is kept: its latest snapshot, the one before, and its round trips of the last second. */
interface Latest {
  readonly snapshot: Snapshot;
  readonly before: Snapshot | undefined;
  readonly roundTrips: Histogram | undefined;
}

/** `machines`: those that make the run together, with their generators; none where there is one. */
export function createLiveFigures(plan: Plan, machines: readonly Machine[] = []): LiveFigureSource {
  const latest = new Map<number, Latest>();
  const lost = new Set<number>();
  const clocks = new Map<string, ClockReading>();
  const whole = createHistogram();
  const timer = createStageTimer(plan);
  let tempo = 1;
  const devices = devicesAreCeiling(plan) ? null : devicesOf(plan);

  return {
    add(snapshot) {
      const roundTrips = snapshot.roundTrips === undefined ? undefined : decodeHistogram(snapshot.roundTrips);
      if (roundTrips !== undefined) addHistogram(whole, roundTrips);
      latest.set(snapshot.generator, { snapshot, before: latest.get(snapshot.generator)?.snapshot, roundTrips });
    },
    lose: (generator) => void lost.add(generator),
    addClock: (machine, reading) => void clocks.set(machine, reading),
    setTempo(speed) {
      tempo = speed;
    },
    read() {
      const snapshots = [...latest.values()].map(({ snapshot }) => snapshot);
      const at = us(Math.max(0, ...snapshots.map((snapshot) => snapshot.at)));
      // What one has counted that is silent or lost stays; what it did last it may do no more.
      const living = [...latest.values()].filter(({ snapshot }) => isHeard(snapshot, at));
      const now = living.map(({ snapshot }) => snapshot);
      // Where none is left, the run is where they were.
      const stage = earliestStage(now.length === 0 ? snapshots : now);
      const waiting = sum(now, (each) => each.waiting ?? 0);
      const outcomes = addRecords(snapshots, NO_OUTCOMES, (each) => each.outcomes);
      const counted = addRecords<keyof typeof NO_VERDICTS>(snapshots, NO_VERDICTS, (each) => each.verdicts);
      const mute = sum(snapshots, (each) => each.verdicts.mute ?? 0);
      const verdicts = mute === 0 ? counted : { ...counted, mute };
      const retries = addTold(snapshots, NO_RETRIES, (each) => each.retries);
      const background = addTold(snapshots, NO_MESSAGES, (each) => each.background);
      const run = quantilesOf(whole);
      const lastSecond = createHistogram();
      for (const { roundTrips } of living) if (roundTrips !== undefined) addHistogram(lastSecond, roundTrips);
      const closed = stage.kind === "load" && plan.phases[stage.phase]?.shape.kind === "closed";
      return {
        at,
        stage,
        stageText: stageInWords(stage, plan) + (stage.kind === "load" && !closed ? tempoInWords(tempo) : ""),
        devices,
        planned: sum(snapshots, (each) => each.planned),
        started: sum(snapshots, (each) => each.started),
        inFlight: sum(now, (each) => each.inFlight),
        ...(waiting === 0 ? {} : { waiting }),
        ...(retries === undefined ? {} : { retries }),
        outcomes,
        verdicts,
        held: sum(now, (each) => each.held),
        ...(background === undefined ? {} : { background }),
        rate: {
          planned: closed ? null : perSecond(living, (each) => each.planned),
          achieved: perSecond(living, (each) => each.started),
        },
        lastSecond: quantilesOf(lastSecond),
        run,
        health: healthOf(now, run.p50),
        remaining:
          stage.kind === "load" && tempo === 0 ? null : timer.remaining({ at, stage, outcomes, verdicts }, tempo),
        ...(machines.length === 0 ? {} : { machines: machines.map((machine) => machineOf(machine, at, run.p50)) }),
      };
    },
  };

  function isHeard(snapshot: Snapshot, at: Us): boolean {
    return !lost.has(snapshot.generator) && !isSilent(snapshot, at);
  }

  function machineOf({ name, shards }: Machine, at: Us, median: Us | null): LiveMachine {
    const gone = shards.filter((index) => lost.has(index)).length;
    const known = shards.flatMap((index) => latest.get(index) ?? []);
    const own = known.filter(({ snapshot }) => isHeard(snapshot, at));
    const last = Math.max(0, ...known.map(({ snapshot }) => snapshot.at));
    const roundTrips = createHistogram();
    for (const each of own) if (each.roundTrips !== undefined) addHistogram(roundTrips, each.roundTrips);
    return {
      name,
      lost: gone === 0 ? "none" : gone === shards.length ? "all" : "some",
      achieved: perSecond(own, (snapshot) => snapshot.started),
      lastSecond: quantilesOf(roundTrips),
      grade: healthOf(
        own.map(({ snapshot }) => snapshot),
        median,
      ).grade,
      clockBound: clocks.get(name)?.bound ?? null,
      ...(known.length > 0 && own.length === 0 ? { silent: us(at - last) } : {}),
    };
  }
}

interface Machine {
  readonly name: string;
  /** Its generators. */
  readonly shards: readonly number[];
}

const NO_OUTCOMES: Snapshot["outcomes"] = { provisioned: 0, rejected: 0, failed: 0, aborted: 0, dropped: 0 };
const NO_VERDICTS: Omit<Snapshot["verdicts"], "mute"> = { connected: 0, refused: 0, unreachable: 0 };
const NO_RETRIES: NonNullable<Snapshot["retries"]> = { ended: 0, recovered: 0 };
const NO_MESSAGES: NonNullable<Snapshot["background"]> = { connected: 0, lost: 0, acknowledged: 0, timedOut: 0 };
const STAGE_ORDER: readonly RunStage["kind"][] = ["waiting", "before", "load", "roll-call", "hold", "after", "done"];

/** Each sends a snapshot a second until it is done, whatever it waits for. */
const SILENT_US = 5_000_000;

/** Its process or its machine is gone, or it is not heard of. */
function isSilent(snapshot: Snapshot, at: Us): boolean {
  return snapshot.stage.kind !== "done" && at - snapshot.at > SILENT_US;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function addRecords<K extends string>(
  snapshots: readonly Snapshot[],
  zero: Record<K, number>,
  of: (snapshot: Snapshot) => Readonly<Record<K, number>>,
) {
  const total = { ...zero };
  for (const record of snapshots.map(of)) for (const key of Object.keys(zero) as K[]) total[key] += record[key];
  return total;
}

/** Undefined: no generator tells of it. */
function addTold<K extends string>(
  snapshots: readonly Snapshot[],
  zero: Record<K, number>,
  of: (snapshot: Snapshot) => Readonly<Record<K, number>> | undefined,
) {
  if (snapshots.every((each) => of(each) === undefined)) return undefined;
  return addRecords(snapshots, zero, (each) => of(each) ?? zero);
}

/** The run is where its last generator is. */
function earliestStage(snapshots: readonly Snapshot[]): RunStage {
  const order = (stage: RunStage): number =>
    STAGE_ORDER.indexOf(stage.kind) + (stage.kind === "load" ? stage.phase / 1_000 : 0);
  return snapshots.map(({ stage }) => stage).toSorted((a, b) => order(a) - order(b))[0] ?? { kind: "waiting" };
}

function stageInWords(stage: RunStage, { phases }: Plan): string {
  switch (stage.kind) {
    case "load":
      return `load: ${phases[stage.phase]?.name ?? "?"} (${stage.phase + 1} of ${phases.length})`;
    case "waiting":
      return "waiting for the start";
    case "roll-call":
      return "roll call";
    case "hold":
      return "holding sessions";
    case "before":
      return "the background connects and is measured before the load";
    case "after":
      return "the background is measured after the load";
    case "done":
      return "done";
  }
}

function tempoInWords(tempo: number): string {
  if (tempo === 1) return "";
  return tempo === 0 ? ", paused" : `, at ${formatPercent(tempo)} of the planned rate`;
}

/** From one snapshot to the next of each generator, whatever time lies between them. */
function perSecond(all: readonly Latest[], of: (snapshot: Snapshot) => number): number {
  return sum(all, ({ snapshot, before }) => {
    const seconds = before === undefined ? 1 : secondsFromUs(us(snapshot.at - before.at));
    return seconds > 0 ? (of(snapshot) - (before === undefined ? 0 : of(before))) / seconds : 0;
  });
}

function quantilesOf(histogram: Histogram): LiveQuantiles {
  const at = (q: number): Us | null =>
    histogram.count === 0 ? null : (valueAtRank(histogram, rankOf(histogram.count, q)) ?? null);
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** The last second of the generator that is worst off. The verdict on the whole run is the summary's. */
function healthOf(snapshots: readonly Snapshot[], median: Us | null): LiveFigures["health"] {
  const judged = snapshots.flatMap(({ generator, health }) => {
    if (health === undefined) return [];
    const { eventLoopUtilisation: busy, eventLoopDelayP99: delay, latenessP99: lateness, phase } = health;
    // Outside the load no round trip is being measured that a delay could spoil.
    const idle = phase < 0 || median === null || median === 0;
    const { utilisation, lateness: late } = LIMITS;
    const grade: Grade = worstOf([
      gradeAbove(busy, { degraded: utilisation.degraded.level, void: utilisation.void.level }),
      gradeAbove(idle ? 0 : delay / median, LIMITS.delay),
      gradeAbove(lateness / late.floor, late),
    ]);
    // A start within a millisecond of its time is on time.
    const starts = lateness < 1_000 ? "" : `, starts ${formatTime(lateness)} late`;
    const text = `generator ${generator}: event loop ${formatPercent(busy)} busy, delay ${formatTime(delay)}${starts}`;
    return [{ grade, text, busy }];
  });
  const grade = worstOf(judged.map((each) => each.grade));
  const worst = judged.filter((each) => each.grade === grade).toSorted((a, b) => b.busy - a.busy)[0];
  return { grade, worst: worst?.text ?? "not measured yet" };
}
