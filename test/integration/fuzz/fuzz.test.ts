import { expect, it } from "vitest";
import { fuzzTarget } from "../../../fuzz/fuzz.ts";
import { TARGETS } from "../../../fuzz/targets.ts";

/** The short form of `npm run fuzz`: the same cases each time. */
const SEED = 1;

it.each(TARGETS.map((target) => [target.name, target] as const))(
  "%s stand whatever comes: each end is known, and nothing is told or taken that must not be",
  async (_, target) => {
    const { cases, findings } = await fuzzTarget(target, SEED, 0, (done) => done >= target.few);
    expect(findings).toEqual([]);
    expect(cases).toBe(target.few);
  },
);
