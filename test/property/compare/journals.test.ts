import { describe, expect, it } from "vitest";
import { compareRuns, DEFAULT_POLICY } from "../../../src/compare/compare.ts";
import type { Policy } from "../../../src/compare/comparison.ts";
import type { Plan } from "../../../src/model/plan.ts";
import type { Summary } from "../../../src/model/summary.ts";
import { us } from "../../../src/model/units.ts";
import { createJournalFold } from "../../../src/summary/journal-fold.ts";
import { planFacts } from "../../../src/summary/plan-facts.ts";
import { createRunTally } from "../../../src/summary/run-tally.ts";
import { summarise } from "../../../src/summary/summarise.ts";
import { createRandom } from "../../support/random.ts";
import { isFast } from "../../support/times.ts";
import { header } from "../../unit/record/samples.ts";
import { healthy, outcome, phase, samplePlan } from "../../unit/summary/sample-run.ts";

const DEVICES = 400;
const IN_FLIGHT = 20;
/** Of one server from run to run, as a standard deviation; of one round trip to the next within a run. */
const RUN_SPREAD = 0.03;
const SIGMA = 0.3;
const MEDIAN_US = 50_000;
const FAILURES = 0.01;

/** Closed, so that capacity is among the metrics; its roll is not called. */
const plan: Plan = samplePlan({
  phases: [phase(0, DEVICES, { shape: { kind: "closed", concurrency: IN_FLIGHT } })],
  rollCall: { ...samplePlan().rollCall, when: "off" },
});
const facts = planFacts(plan, 1);

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** A run as its journal tells it, line by line, of a server that takes `scale` times as long. */
function simulatedRun(random: () => number, scale: number): Summary {
  const tally = createRunTally(facts);
  const fold = createJournalFold(facts, tally, 0);
  fold(header(0, 1));
  const pace = scale * (1 + RUN_SPREAD * normal(random));
  const free = Array.from({ length: IN_FLIGHT }, () => 0);
  for (let index = 0; index < DEVICES; index += 1) {
    const lane = free.indexOf(Math.min(...free));
    const intended = us(Math.round(free[lane] ?? 0));
    const roundTrip = Math.round(MEDIAN_US * pace * Math.exp(SIGMA * normal(random)));
    const entry = outcome(index, {
      intended,
      roundTrip,
      ...(random() < FAILURES
        ? { result: { state: "failed", kind: "closed-before-answer", detail: "", unknown: true } as const }
        : {}),
    });
    if (entry.kind === "issued") throw new Error("no line of a journal");
    fold(entry);
    free[lane] = intended + 1_100 + roundTrip;
  }
  for (const second of [1, 2]) fold(healthy(second) as Parameters<typeof fold>[0]);
  fold({ kind: "footer", state: "complete", at: us(2_000_000), entries: DEVICES + 2 });
  return summarise(facts, tally, {
    duplicates: { count: 0, groups: [] },
    nameOf: () => undefined,
    server: undefined,
    calibration: undefined,
  });
}

/** Verdicts of `count` comparisons of so many runs a side. */
function verdicts(count: number, runs: number, scale: number, policy: Policy, seed: number) {
  const random = createRandom(seed);
  const side = (slower: number): readonly Summary[] => Array.from({ length: runs }, () => simulatedRun(random, slower));
  return Array.from({ length: count }, () => compareRuns(side(1), side(scale), policy));
}

// 3,600 runs are folded: ten seconds of a processor, and minutes where other programs have most of it.
describe("comparisons of simulated journals", { timeout: 900_000 }, () => {
  it("have what is compared: four round trips but the rarest, failures, capacity", () => {
    const [{ metrics } = { metrics: [] }] = verdicts(1, 6, 1, DEFAULT_POLICY, 1);
    expect(metrics.map(({ metric }) => metric)).toEqual([
      "round trip p50",
      "round trip p90",
      "round trip p99",
      "failure rate",
      "capacity",
    ]);
  });

  it.skipIf(isFast)(
    "raise false alarms at most at the declared level: 200 of a server with itself, 6 runs a side",
    () => {
      const strict = { ...DEFAULT_POLICY, minimumEffect: 0.000_001 };
      const alarms = verdicts(200, 6, 1, strict, 11).filter(
        ({ verdict }) => verdict === "regression" || verdict === "improvement",
      );
      // 5 % of 200, without a minimum effect.
      expect(alarms.length).toBeLessThanOrEqual(10);
    },
  );

  it.skipIf(isFast)(
    "find a service 10 % slower in 95 of 100 with 6 runs a side: the power where a server differs by 3 % from run to run",
    () => {
      const found = verdicts(100, 6, 1.1, DEFAULT_POLICY, 12).filter(({ verdict }) => verdict === "regression");
      expect(found).toHaveLength(95);
    },
  );
});
