import { createGeneratorTally, type GeneratorTally } from "./generator-tally.ts";
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
