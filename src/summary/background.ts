import type { BackgroundStage, BackgroundSummary, MessageCounts, MessageLatency } from "../model/background.ts";
import { us } from "../model/units.ts";
import type { Histogram } from "../record/histograms.ts";
import { soundnessIn } from "../record/standings.ts";
import { formatCount, quantity } from "../writing/notation.ts";
import { backgroundCourse } from "./background-course.ts";
import { measuredIn, type StageTally } from "./background-tally.ts";
import { mostFrequent } from "./counts.ts";
import { ranked } from "./first-devices.ts";
import type { PlanFacts } from "./plan-facts.ts";
import { quantileOf } from "./quantile-of.ts";
import { reconnectsOf } from "./reconnect-tally.ts";
import type { RunTally } from "./run-tally.ts";

/** What became of the fleet that was already there; undefined: there was none. */
export function backgroundOf(facts: PlanFacts, run: RunTally): BackgroundSummary | undefined {
  const { plan, generators } = facts;
  if (plan.background === undefined) return undefined;
  const tally = run.background;
  const { run: from, publish, every, devices: asked } = plan.background;
  const whole = Array.from({ length: generators }, (_, index) => soundnessIn(run.standings, index)).every(
    (soundness) => soundness === "whole",
  );
  const stages = [...tally.stages.values()].toSorted((a, b) => orderOf(a.stage) - orderOf(b.stage));
  const { connected, refused, uncalled } = tally.logins;
  const unreachable = tally.logins.unreachable + tally.logins.mute;
  const unreported = asked - connected - refused - unreachable - uncalled;
  const messages = countsOf(stages);
  const course = backgroundCourse(tally.seconds);
  const { attempts, timeToBack } = reconnectsOf(tally.reconnects);
  return {
    run: from,
    publish,
    every,
    ...(plan.target.transport === "mqtt" ? {} : { over: plan.target.transport }),
    devices: { asked, connected, refused, unreachable, uncalled, unreported },
    notConnected: ranked(tally.notConnected).map(([reason, { count, text }]) => ({ reason, count, example: text })),
    sessions: {
      lost: tally.lost.size,
      losses: mostFrequent(tally.losses).map(([reason, count]) => ({ reason, count })),
      first: tally.firstLosses.map(({ at, device, reason }) => ({ at, device, reason })),
      notBack: tally.away.size,
      ...(plan.fleet.retry === undefined ? {} : { reconnects: { attempts, timeToBack } }),
    },
    messages,
    measured: messageLatency(measuredIn(tally, plan.phases, ({ roundTrips }) => roundTrips)),
    stages: stages.map((stage) => ({
      name: nameOf(stage.stage, facts),
      stage: stage.stage,
      messages: countsOf([stage]),
      roundTrip: messageLatency(stage.roundTrips),
      responseTime: messageLatency(stage.responseTimes),
    })),
    ...(course === undefined ? {} : { course }),
    imbalances: [
      ...(unreported < 0 || (unreported > 0 && whole)
        ? [
            `${quantity(asked, "device")} asked for, and of ${formatCount(asked - unreported)} it is told what came of it`,
          ]
        : []),
      ...(messages.unreported < 0 || (messages.unreported > 0 && whole)
        ? [
            `${quantity(messages.intended, "message")} due, and of ${formatCount(messages.intended - messages.unreported)} it is told what came of it`,
          ]
        : []),
    ],
  };
}

function messageLatency(histogram: Histogram | undefined): MessageLatency {
  if (histogram === undefined || histogram.count === 0) return { count: 0, p50: null, p90: null, p99: null, max: null };
  const at = (q: number) => quantileOf(histogram, q);
  return { count: histogram.count, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: us(histogram.greatest) };
}

function countsOf(stages: readonly StageTally[]): MessageCounts {
  const sum = (key: keyof StageTally["counts"]): number => stages.reduce((total, { counts }) => total + counts[key], 0);
  const ends = {
    acknowledged: sum("acknowledged"),
    timedOut: sum("timedOut"),
    refused: sum("refused"),
    lost: sum("lost"),
    offline: sum("offline"),
    dropped: sum("dropped"),
    aborted: sum("aborted"),
  };
  const intended = sum("intended");
  const told = Object.values(ends).reduce((total, count) => total + count, 0);
  return { intended, ...ends, unreported: intended - told };
}

const KINDS: readonly BackgroundStage["kind"][] = ["before", "load", "roll-call", "hold", "after"];

const orderOf = (stage: BackgroundStage): number =>
  KINDS.indexOf(stage.kind) * 1_000_000 + (stage.kind === "load" ? stage.phase : 0);

function nameOf(stage: BackgroundStage, { plan }: PlanFacts): string {
  switch (stage.kind) {
    case "load":
      return plan.phases[stage.phase]?.name ?? `phase ${stage.phase}`;
    case "roll-call":
      return "roll call";
    case "before":
    case "hold":
    case "after":
      return stage.kind;
  }
}
