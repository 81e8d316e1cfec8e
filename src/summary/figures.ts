import type { Phase } from "../model/plan.ts";
import type { Figures } from "../model/figures.ts";
import type { PhaseSummary } from "../model/summary.ts";
import { secondsFromUs, type Us } from "../model/units.ts";
import { countUnreported } from "../record/standings.ts";
import { type ConductJudgement, judgeConduct } from "./conduct.ts";
import { latenciesOf } from "./latency-tally.ts";
import { lengthOf } from "./arrivals.ts";
import { createPhaseTally, mergePhase, type PhaseTally } from "./phase-tally.ts";
import type { PlanFacts } from "./plan-facts.ts";
import type { RunTally } from "./run-tally.ts";
import { formatCount, formatNumber, formatTime } from "../writing/notation.ts";

/** A phase of the plan with what came of it. */
export interface PhaseResult {
  /** The index of the phase in the plan. */
  readonly index: number;
  readonly phase: Phase;
  readonly tally: PhaseTally;
  readonly conduct: ConductJudgement;
}

export function phaseResults(facts: PlanFacts, tally: RunTally): readonly PhaseResult[] {
  const tallies = facts.plan.phases.map((_, index) => tally.phases[index] ?? createPhaseTally());
  const judgements = judgeConduct(
    tallies.map(({ conduct }) => conduct),
    countUnreported(tally.standings) === 0,
  );
  return facts.plan.phases.map((phase, index) => ({
    index,
    phase,
    tally: tallies[index] ?? createPhaseTally(),
    conduct: judgements[index] ?? { expected: 0, undeserved: 0 },
  }));
}

export function isOpen(phase: Phase): boolean {
  return phase.shape.kind !== "closed";
}

/** All outcomes of some phases as one, to be read and not added to: that of one phase is its own tally. */
export function together(results: readonly Pick<PhaseResult, "tally">[]): PhaseTally {
  const [only] = results;
  if (only !== undefined && results.length === 1) return only.tally;
  const whole = createPhaseTally();
  for (const { tally } of results) mergePhase(whole, tally);
  return whole;
}

export function conductOf(results: readonly Pick<PhaseResult, "conduct">[]): ConductJudgement {
  const sum = (key: keyof ConductJudgement) => results.reduce((total, { conduct }) => total + conduct[key], 0);
  return { expected: sum("expected"), undeserved: sum("undeserved") };
}

export function figuresOf(results: readonly PhaseResult[]): Figures {
  const whole = together(results);
  const { due, started, intended } = whole.arrivals;
  const { provisioned, rejected, failed, droppedByCap } = whole.counts;
  const { expected, undeserved } = conductOf(results);
  const duration = spanOf(intended.first, whole.ended.last);
  return {
    planned: due,
    started,
    provisioned,
    failureRate: due === 0 ? null : (rejected + failed - expected + undeserved + droppedByCap) / due,
    duration,
    plannedRate: results.every(({ phase }) => isOpen(phase))
      ? rateOf(results.map(({ tally }) => [tally.arrivals.due, lengthOf(tally.arrivals.intended)]))
      : null,
    startedRate: rateOf(results.map(({ tally }) => [tally.arrivals.started, lengthOf(tally.arrivals.starts)])),
    provisionedRate: duration > 0 ? provisioned / secondsFromUs(duration) : null,
    latencies: latenciesOf(whole.latencies),
  };
}

export function phasesOf(results: readonly PhaseResult[]): readonly PhaseSummary[] {
  return results.map((result) => ({
    name: result.phase.name,
    shape: shapeInWords(result.phase),
    open: isOpen(result.phase),
    warmup: result.phase.warmup,
    figures: figuresOf([result]),
  }));
}

/** n events that span a time have n - 1 gaps: exact for a constant rate. Null: no span, as in a burst. */
function rateOf(parts: readonly (readonly [count: number, span: Us])[]): number | null {
  let [gaps, seconds] = [0, 0];
  for (const [count, span] of parts) {
    if (count < 2) continue;
    gaps += count - 1;
    seconds += secondsFromUs(span);
  }
  return seconds > 0 ? gaps / seconds : null;
}

function spanOf(first: number, last: number): Us {
  return lengthOf({ first, last });
}

function shapeInWords({ shape }: Phase): string {
  switch (shape.kind) {
    case "closed":
      return `closed, ${formatCount(shape.concurrency)} in flight${shape.duration === undefined ? "" : ` for ${formatTime(shape.duration)}`}`;
    case "burst":
      return "burst, all at once";
    case "constant":
      return `constant, ${formatNumber(shape.rate)}/s`;
    case "poisson":
      return `poisson, ${formatNumber(shape.rate)}/s`;
    case "ramp":
      return `ramp, ${formatNumber(shape.from)} to ${formatNumber(shape.to)}/s in ${formatTime(shape.duration)}`;
    case "stages":
      return `stages, ${[shape.from, ...shape.stages.map((stage) => stage.target)].map(formatNumber).join(" to ")}/s`;
    case "spike":
      return `spike, ${formatNumber(shape.base)}/s with ${formatNumber(shape.peak)}/s for ${formatTime(shape.during)}`;
  }
}
