import type { Ledger } from "../model/summary.ts";
import { conductOf, phaseResults } from "./figures.ts";
import { hasEnd } from "../record/journal-condition.ts";
import { conditionOf, countUnreported, plannedIn, shareIn, soundnessIn, type Standings } from "../record/standings.ts";
import type { GeneratorTally } from "./generator-tally.ts";
import { generatorsOf } from "./generators.ts";
import type { PhaseTally } from "./phase-tally.ts";
import type { PlanFacts } from "./plan-facts.ts";
import { retryOddities } from "./retry-tally.ts";
import type { RunTally } from "./run-tally.ts";
import { formatCount, quantity } from "../writing/notation.ts";

export function ledgerOf(facts: PlanFacts, tally: RunTally): Ledger {
  const generators = generatorsOf(facts, tally);
  const results = phaseResults(facts, tally);
  const sum = (countOf: (tally: PhaseTally) => number): number =>
    results.reduce((total, each) => total + countOf(each.tally), 0);
  const { connected, mute, refused, unreachable } = tally.rollCall;
  const rows = {
    planned: plannedIn(tally.standings),
    started: sum(({ arrivals }) => arrivals.started),
    dropped: sum(({ counts }) => counts.droppedByCap + counts.droppedByStop),
    unreported: countUnreported(tally.standings),
    provisioned: sum(({ counts }) => counts.provisioned),
    rejected: sum(({ counts }) => counts.rejected),
    failed: sum(({ counts }) => counts.failed),
    aborted: sum(({ counts }) => counts.aborted),
    connected,
    ...(facts.plan.rollCall.proof === undefined ? {} : { mute }),
    refused,
    unreachable,
    uncalled: tally.rollCall.uncalled + neverCalled(facts, tally.standings, generators),
    ...conductOf(results),
  };
  return {
    ...rows,
    imbalances: [
      ...equations(rows),
      ...generators.flatMap(oddities(tally.standings)),
      ...repeats(tally),
      ...tries(facts, tally),
    ],
  };
}

/** Provisioned devices without a line of the roll call: there was none, or it did not get that far. */
function neverCalled(
  facts: PlanFacts,
  standings: Standings,
  generators: readonly (readonly [number, GeneratorTally])[],
): number {
  const off = facts.plan.rollCall.when === "off";
  const calledAll = (index: number): boolean =>
    conditionOf(standings, index).footer?.state === "complete" && soundnessIn(standings, index) === "whole";
  return generators
    .filter(([index]) => off || !calledAll(index))
    .reduce((sum, [, generator]) => sum + Math.max(0, generator.provisioned - generator.verdicts), 0);
}

type Row = Exclude<keyof Ledger, "imbalances">;

const EQUATIONS: readonly (readonly [Row, readonly Row[]])[] = [
  ["planned", ["started", "dropped", "unreported"]],
  ["started", ["provisioned", "rejected", "failed", "aborted"]],
  ["provisioned", ["connected", "mute", "refused", "unreachable", "uncalled"]],
];

function equations(rows: Omit<Ledger, "imbalances">): readonly string[] {
  return EQUATIONS.flatMap(([left, right]) => {
    const there = right.filter((row) => rows[row] !== undefined);
    const sum = there.reduce((total, row) => total + (rows[row] ?? 0), 0);
    const total = rows[left] ?? 0;
    if (total === sum) return [];
    return [`${left} is ${formatCount(total)}, but ${there.join(" + ")} is ${formatCount(sum)}`];
  });
}

/** What a journal says that cannot be, in words. */
function oddities(standings: Standings): (entry: readonly [number, unknown]) => readonly string[] {
  return ([index]) => {
    const problems: string[] = [];
    const condition = conditionOf(standings, index);
    const { footer, foreign, linesAfterFooter, damagedLines, repeated, unclaimed, entries, outcomes } = condition;
    const share = shareIn(standings, index);
    if (foreign > 0) problems.push(`reported ${quantity(foreign, "device")} that the plan does not give it`);
    if (outcomes < share && hasEnd(condition)) {
      problems.push(`has no outcome for ${quantity(share - outcomes, "device")}, though its journal has its end`);
    }
    if (footer !== undefined && footer.entries !== entries) {
      problems.push(`wrote ${formatCount(footer.entries)} entries by its footer, ${formatCount(entries)} are there`);
    }
    if (footer?.lost !== undefined) {
      problems.push(`could not write ${formatCount(footer.lost)} entries: ${footer.error ?? "write error"}`);
    }
    if (linesAfterFooter > 0) problems.push(`has ${quantity(linesAfterFooter, "line")} after its footer`);
    // One that is cut off at the end is what a crash leaves; that is said by the missing footer.
    if (damagedLines > 0) problems.push(`has ${quantity(damagedLines, "damaged line")} in its journal`);
    if (repeated > 0) problems.push(`has ${quantity(repeated, "line")} in its journal twice`);
    if (unclaimed > 0) problems.push(`started ${quantity(unclaimed, "device")} of which its journal has no claim`);
    return problems.map((problem) => `generator ${index} ${problem}`);
  };
}

function tries({ plan, generators }: PlanFacts, tally: RunTally): readonly string[] {
  if (plan.fleet.retry === undefined) return [];
  const all = Array.from({ length: generators }, (_, index) => soundnessIn(tally.standings, index));
  return retryOddities(
    tally.retries,
    all.every((each) => each === "whole"),
  );
}

function repeats(tally: RunTally): readonly string[] {
  const repeated = [...tally.standings.journals.values()].reduce((sum, { doubled }) => sum + doubled, 0);
  return repeated > 0 ? [`${quantity(repeated, "outcome")} too many: some devices have more than one`] : [];
}
