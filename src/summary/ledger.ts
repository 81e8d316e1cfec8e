import type { Ledger } from "../model/summary.ts";
import { conductOf, phaseResults, together } from "./figures.ts";
import { type GeneratorTally, isWhole } from "./generator-tally.ts";
import { generatorsOf, unreportedBy } from "./generators.ts";
import type { PlanFacts } from "./plan-facts.ts";
import type { RunTally } from "./run-tally.ts";
import { countSeqs } from "./seq-set.ts";
import { countInWords, quantity } from "../writing/quantities.ts";

export function ledgerOf(facts: PlanFacts, tally: RunTally): Ledger {
  const generators = generatorsOf(facts, tally);
  const results = phaseResults(facts, tally);
  const { arrivals, counts } = together(results);
  const { connected, refused, unreachable } = tally.rollCall;
  const rows = {
    planned: facts.planned,
    started: arrivals.started,
    dropped: counts.droppedByCap + counts.droppedByStop,
    unreported: unreportedBy(facts, tally),
    provisioned: counts.provisioned,
    rejected: counts.rejected,
    failed: counts.failed,
    aborted: counts.aborted,
    connected,
    refused,
    unreachable,
    uncalled: tally.rollCall.uncalled + neverCalled(facts, generators),
    ...conductOf(results),
  };
  return { ...rows, imbalances: [...equations(rows), ...generators.flatMap(oddities(facts)), ...repeats(tally)] };
}

/** Provisioned devices without a line of the roll call: there was none, or it did not get that far. */
function neverCalled(facts: PlanFacts, generators: readonly (readonly [number, GeneratorTally])[]): number {
  const off = facts.plan.rollCall.when === "off";
  return generators
    .filter(([, generator]) => off || generator.footer?.state !== "complete" || !isWhole(generator))
    .reduce((sum, [, generator]) => sum + Math.max(0, generator.provisioned - generator.verdicts), 0);
}

type Row = Exclude<keyof Ledger, "imbalances">;

const EQUATIONS: readonly (readonly [Row, readonly Row[]])[] = [
  ["planned", ["started", "dropped", "unreported"]],
  ["started", ["provisioned", "rejected", "failed", "aborted"]],
  ["provisioned", ["connected", "refused", "unreachable", "uncalled"]],
];

function equations(rows: Readonly<Record<Row, number>>): readonly string[] {
  return EQUATIONS.flatMap(([left, right]) => {
    const sum = right.reduce((total, row) => total + rows[row], 0);
    if (rows[left] === sum) return [];
    return [`${left} is ${countInWords(rows[left])}, but ${right.join(" + ")} is ${countInWords(sum)}`];
  });
}

/** What a journal says that cannot be, in words. */
function oddities(facts: PlanFacts): (entry: readonly [number, GeneratorTally]) => readonly string[] {
  return ([index, generator]) => {
    const problems: string[] = [];
    const { footer, foreign, linesAfterFooter, tornLines, entries, outcomes } = generator;
    const share = facts.shareOf(index);
    if (foreign > 0) problems.push(`reported ${quantity(foreign, "device")} that the plan does not give it`);
    if (footer !== undefined && outcomes < share && isWhole(generator)) {
      problems.push(`has no outcome for ${quantity(share - outcomes, "device")}, though its journal is whole`);
    }
    if (footer !== undefined && footer.entries !== entries) {
      problems.push(`wrote ${countInWords(footer.entries)} entries by its footer, ${countInWords(entries)} are there`);
    }
    if (footer?.lost !== undefined) {
      problems.push(`could not write ${countInWords(footer.lost)} entries: ${footer.error ?? "write error"}`);
    }
    if (linesAfterFooter > 0) problems.push(`has ${quantity(linesAfterFooter, "line")} after its footer`);
    // One torn line at the end is what a crash leaves; that is said by the missing footer.
    const damaged = footer === undefined ? tornLines - 1 : tornLines;
    if (damaged > 0) problems.push(`has ${quantity(damaged, "damaged line")} in its journal`);
    return problems.map((problem) => `generator ${index} ${problem}`);
  };
}

function repeats(tally: RunTally): readonly string[] {
  const outcomes = [...tally.generators.values()].reduce((sum, generator) => sum + generator.outcomes, 0);
  const repeated = outcomes - countSeqs(tally.seen);
  return repeated > 0 ? [`${quantity(repeated, "outcome")} too many: some devices have more than one`] : [];
}
