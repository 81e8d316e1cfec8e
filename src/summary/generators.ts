import { createGeneratorTally, type GeneratorTally, isWhole } from "./generator-tally.ts";
import type { PlanFacts } from "./plan-facts.ts";
import type { RunTally } from "./run-tally.ts";

/** Every generator of the plan, those that left nothing behind included, and any that the plan does not have. */
export function generatorsOf(facts: PlanFacts, tally: RunTally): readonly (readonly [number, GeneratorTally])[] {
  const indices = new Set(Array.from({ length: facts.generators }, (_, index) => index));
  for (const index of tally.generators.keys()) indices.add(index);
  return [...indices]
    .sort((a, b) => a - b)
    .map((index) => [index, tally.generators.get(index) ?? createGeneratorTally()]);
}

/** Of generators whose journals do not end as they should, the devices of which they did not say anything. */
export function unreportedBy(facts: PlanFacts, tally: RunTally): number {
  return generatorsOf(facts, tally)
    .filter(([, generator]) => !isWhole(generator))
    .reduce((sum, [index, generator]) => sum + Math.max(0, facts.shareOf(index) - generator.outcomes), 0);
}
